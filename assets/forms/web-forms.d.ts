/** What is used of ODK's renderer, which ships no types. */
declare module "@getodk/web-forms" {
  import type { Component, Plugin } from "vue";

  export const OdkWebForm: Component;
  export const webFormsPlugin: Plugin;
}
