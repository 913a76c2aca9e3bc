import "fake-indexeddb/auto";
import { afterEach, expect, it, vi } from "vitest";
import { Database } from "./database";
import { newAccountId } from "./worlds";

afterEach(() => vi.restoreAllMocks());

/** A database whose connections can be ended as a browser does: from outside, without a word. */
async function opened(): Promise<{ database: Database; connections: IDBDatabase[] }> {
  const connections: IDBDatabase[] = [];
  const open = indexedDB.open.bind(indexedDB);
  vi.spyOn(indexedDB, "open").mockImplementation((name, version) => {
    const request = open(name, version);
    request.addEventListener("success", () => connections.push(request.result));
    return request;
  });
  return { database: await Database.open(newAccountId()), connections };
}

it("is opened anew where the browser ended the connection, and nothing is lost by it", async () => {
  const { database, connections } = await opened();
  await database.write((stores) => stores.put("meta", 1, "one"));
  connections[0]?.close();
  await database.write((stores) => stores.put("meta", 2, "two"));
  connections[1]?.close();
  const both = [database.read((stores) => stores.get("meta", "one")), database.read((stores) => stores.get("meta", "two"))];
  expect(await Promise.all(both)).toEqual([1, 2]);
  expect(await database.read((stores) => stores.keys("meta"))).toEqual(["one", "two"]);
  database.close();
  await expect(database.read((stores) => stores.keys("meta"))).rejects.toThrow();
});

it("does what was under way once more where the connection ended in the middle of it", async () => {
  const { database, connections } = await opened();
  const lost = new DOMException("Connection to Indexed Database server lost. Refresh the page to try again", "UnknownError");
  const put = vi.spyOn(IDBObjectStore.prototype, "put").mockImplementationOnce(() => {
    throw lost;
  });
  await database.write((stores) => stores.put("meta", 1, "one"));
  expect([await database.read((stores) => stores.get("meta", "one")), connections.length, put.mock.calls.length]).toEqual([1, 2, 2]);
  put.mockImplementation(() => {
    throw lost;
  });
  await expect(database.write((stores) => stores.put("meta", 2, "one"))).rejects.toBe(lost);
  put.mockRestore();
  expect(await database.read((stores) => stores.get("meta", "one"))).toBe(1);
});

it("asks that what it writes is on the disk before it counts as kept", async () => {
  const { database } = await opened();
  const begun = vi.spyOn(IDBDatabase.prototype, "transaction");
  await database.write((stores) => stores.put("meta", 1, "one"));
  expect(begun).toHaveBeenCalledWith(expect.anything(), "readwrite", { durability: "strict" });
  database.close();
});
