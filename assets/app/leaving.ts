/**
 * Signing out with records that are not sent: said once, then done. They lie in the account's own vault on this device
 * (assets/offline) and stay there.
 */
function waiting(accountId: string): Promise<number> {
  return new Promise((resolve) => {
    const request = indexedDB.open(`throughline-vault-${accountId}`);
    // no vault of this account here: none is made for having looked
    request.onupgradeneeded = () => request.transaction?.abort();
    request.onerror = () => resolve(0);
    request.onsuccess = () => {
      const database = request.result;
      const index = database.transaction("events").objectStore("events").index("state");
      const [unsent, aside] = ["waiting", "aside"].map((state) => index.count(IDBKeyRange.bound([state], [state, []])));
      index.objectStore.transaction.oncomplete = () => {
        resolve((unsent?.result ?? 0) + (aside?.result ?? 0));
        database.close();
      };
    };
  });
}

export function startLeaving(root: ParentNode): void {
  for (const form of root.querySelectorAll<HTMLFormElement>("form[data-sign-out]")) {
    const warning = form.querySelector<HTMLElement>("[data-unsent-warning]");
    form.addEventListener("submit", (event) => {
      if (!warning?.hidden || !form.dataset.signOut) return;
      event.preventDefault();
      void waiting(form.dataset.signOut)
        .catch(() => 0)
        .then((count) => {
          warning.hidden = count === 0;
          if (count === 0) form.submit();
        });
    });
  }
}
