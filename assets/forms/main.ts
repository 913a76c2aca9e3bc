/**
 * A form in the page. The renderer is heavy and comes only where a page holds a form; whatever goes wrong on the way is said
 * in the page, for an empty place says nothing.
 */
import "./forms.css";

for (const root of document.querySelectorAll<HTMLElement>("[data-form]")) {
  import("./filling")
    .then(({ open }) => open(root))
    .catch(() => {
      const problem = root.querySelector<HTMLElement>("[data-form-problem]");
      if (problem) {
        problem.textContent = root.dataset.notLoaded ?? "";
        problem.hidden = false;
      }
      root.querySelector<HTMLElement>("[data-form-loading]")?.remove();
    });
}
