import { afterEach, expect, it, vi } from "vitest";
import { shrunk, takenOf } from "./pictures";

afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

it("becomes a JPEG where the browser does not write its own kind", async () => {
  vi.stubGlobal("createImageBitmap", async () => ({ width: 4_096, height: 1_024, close: () => undefined }));
  const sizes: number[][] = [];
  vi.spyOn(HTMLCanvasElement.prototype, "getContext").mockReturnValue(null);
  vi.spyOn(HTMLCanvasElement.prototype, "toBlob").mockImplementation(function (this: HTMLCanvasElement, told, type) {
    sizes.push([this.width, this.height]);
    // as WebKit does
    told(new Blob(["drawn"], { type: type === "image/webp" ? "image/png" : (type ?? "image/png") }));
  });
  const kind = async (type: string): Promise<string> => (await shrunk(new File(["x"], "a", { type }))).type;
  expect([await kind("image/webp"), await kind("image/png"), await kind("image/heic"), await kind("text/plain")]).toEqual(
    ["image/jpeg", "image/png", "image/jpeg", "text/plain"],
  );
  expect(new Set(sizes.map(String))).toEqual(new Set(["2048,512"]));
});

it("keeps with a draft what can be sent, and nothing where it is too much together", async () => {
  const photo = (name: string): File => new File([new Uint8Array([0xff, 0xd8, 0xff, 0, 0, 0])], name);
  const files = [photo("1.jpg"), new File(["<svg/>"], "2.svg"), photo("3.jpg")];
  const names = async (each: number, together: number): Promise<string[]> =>
    (await takenOf(files, { each, together })).map((file) => file.name);
  expect([await names(6, 12), await names(5, 12), await names(6, 11)]).toEqual([["1.jpg", "3.jpg"], [], []]);
});
