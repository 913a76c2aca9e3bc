import { existsSync, readdirSync } from "node:fs";
import { resolve } from "node:path";
import { defineConfig } from "vitest/config";

const root = import.meta.dirname;
const assets = resolve(root, "assets");

/** Every folder of assets/ with a main.ts is an island and an entry of its own. */
function islands(): Record<string, string> {
  return Object.fromEntries(
    readdirSync(assets)
      .map((name) => [name, resolve(assets, name, "main.ts")] as const)
      .filter(([, entry]) => existsSync(entry)),
  );
}

export default defineConfig({
  root,
  // relative, so that whatever STATIC_URL an installation has, files find each other
  base: "./",
  publicDir: false,
  build: {
    outDir: resolve(root, "src/throughline/web/static/throughline/dist"),
    emptyOutDir: true,
    manifest: "manifest.json",
    // a data: address would need an exception in the content security policy
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    target: ["chrome111", "firefox114", "safari16.4"],
    rolldownOptions: {
      input: islands(),
      // htmx holds an eval for features that base.html and the content security policy switch off
      checks: { eval: false },
    },
  },
  test: {
    environment: "happy-dom",
    include: ["assets/**/*.test.ts"],
  },
});
