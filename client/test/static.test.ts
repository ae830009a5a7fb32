/** The module that Django serves, with the declarations beside it. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { type Client, createClient, type Method, RpcError, Serializer } from "../../adjax_jsonrpc/static/adjax_jsonrpc/adjax.mjs";
import * as built from "../../adjax_jsonrpc/static/adjax_jsonrpc/adjax.mjs";
import type * as source from "../src/index.js";
import * as sourceModule from "../src/index.js";
import { server } from "./server.js";

interface Api {
  shop: { stock: Method<[sku: string], { sku: string }, number> };
}

test("it exports what the source exports", () => {
  assert.deepEqual(Object.keys(built).sort(), Object.keys(sourceModule).sort());
  const text = readFileSync(new URL("../../adjax_jsonrpc/static/adjax_jsonrpc/adjax.d.mts", import.meta.url), "utf8");
  const exported = /^export \{(.*)\};$/m.exec(text)![1]!.split(",").map((name) => name.trim());
  for (const name of Object.keys(built)) assert.ok(exported.includes(name), name);
  assert.ok(!text.includes("import "));
});

test("its declarations are the source's", async () => {
  const { transport } = server({ "shop.stock": () => 5 });
  const rpc = createClient<Api>("/rpc/", { transport });
  const count: number = await rpc.shop.stock("A1");
  assert.equal(count, 5);
  const declared: Client<Api, Serializer> = rpc;
  const options: built.ClientOptions = {} as source.ClientOptions;
  const back: source.ClientOptions = {} as built.ClientOptions;
  const wrong = () => {
    // @ts-expect-error a string, not a number
    rpc.shop.stock(5);
    // @ts-expect-error no such method
    rpc.shop.stok("A1");
    // @ts-expect-error no such option
    createClient("/rpc/", { retries: 5 });
    // @ts-expect-error nothing of this name
    built.byCode;
  };
  assert.ok(declared && options && back && wrong);
  assert.ok(new RpcError("m", { code: 1 }) instanceof built.AdjaxError);
  assert.equal(new Serializer().encode(1n), '{"__type__":"bigint","value":"1"}');
});
