import "../styles/index.css";
import "../brand/mark.svg?url";
import htmx from "htmx.org";
import { startForms } from "./forms";
import { startLeaving } from "./leaving";
import { startLive } from "./live";
import { startMenus } from "./menus";
import { startPrint } from "./print";
import { startSheets } from "./sheets";
import { startTheme } from "./theme";
import { startWebauthn } from "./webauthn";

document.documentElement.classList.add("has-script");
startTheme(document);
startMenus(document);
startForms(document);
startSheets(document);
startPrint(document);
startLive(document);
startLeaving(document);
startWebauthn(document);
// what a swap brings in gets the same conveniences as what was there at first
htmx.onLoad((element) => {
  if (element instanceof HTMLElement) startForms(element);
});
