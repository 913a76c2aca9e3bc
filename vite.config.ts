import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { brotliCompressSync, gzipSync } from "node:zlib";
import type { Plugin } from "vite";
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

const dist = resolve(root, "src/throughline/web/static/throughline/dist");

/** Beside each script and style the same, compressed: the server sends whichever a browser takes. */
function compressed(): Plugin {
  return {
    name: "compressed",
    apply: "build",
    closeBundle() {
      const folder = resolve(dist, "assets");
      for (const name of readdirSync(folder).filter((one) => /\.(js|css|svg)$/.test(one))) {
        const file = resolve(folder, name);
        const bytes = readFileSync(file);
        writeFileSync(`${file}.gz`, gzipSync(bytes, { level: 9 }));
        writeFileSync(`${file}.br`, brotliCompressSync(bytes));
      }
    },
  };
}

const EMPTY_PICTURE = "data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7";

/**
 * The renderer of forms carries its typeface within its styles, twice the weight of all else: a page has its own. And it would
 * ask a server of maps for the ground under a place: nobody outside is told that somebody looks there.
 */
function standingAlone(): Plugin {
  return {
    name: "standing-alone",
    apply: "build",
    transform(code, id) {
      if (!id.includes("@getodk/web-forms/dist/")) return null;
      const alone = code
        .replaceAll(/@font-face\s*\{[^}]*\}/g, "")
        .replaceAll(/https:\/\/tile\.openstreetmap\.org\/[^"'`]*/g, EMPTY_PICTURE);
      return alone === code ? null : { code: alone, map: null };
    },
  };
}

/** A browser has its own cryptography; to look for that of node would cost the recorder two more requests. */
function ownCryptography(): Plugin {
  return {
    name: "own-cryptography",
    apply: "build",
    transform(code, id) {
      if (!id.includes("/@hpke/") || !code.includes('import("crypto")')) return null;
      return { code: code.replaceAll('import("crypto")', "Promise.resolve({ webcrypto: globalThis.crypto })"), map: null };
    },
  };
}

export default defineConfig({
  plugins: [standingAlone(), ownCryptography(), compressed()],
  root,
  // relative, so that whatever STATIC_URL an installation has, files find each other
  base: "./",
  publicDir: false,
  build: {
    outDir: dist,
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
    // one page for all files: to make one anew for each takes three times as long as the tests
    isolate: false,
    // how fast is the benches' to say; a machine that does other work as well is slow for no fault of the code
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
