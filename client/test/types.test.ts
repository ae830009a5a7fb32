/** What must compile and what must not; tsc reads it, and running it shows that it is no nonsense. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { createClient, type Client, type Method, RpcError, type Serializer } from "../src/index.js";
import { createClient as createCore } from "../src/core.js";
import { server } from "./server.js";

interface Item {
  sku: string;
  qty: number;
}

interface Order {
  id: number;
  when: Date;
}

/** As generated declarations look. */
interface Api {
  shop: {
    create_order: Method<[items: Item[], express?: boolean], { items: Item[]; express?: boolean }, Order>;
    stock: Method<[sku: string], { sku: string }, number>;
    clear: Method<[], {}, null>;
  };
  blog: {
    /** As written by hand. */
    title(id: number): string;
  };
  desk: {
    /** Methods whose names have more dots: `desk.v2`, `desk.v2.quote`, `desk.v3.quote`. */
    v2: Method<[], {}, string> & { quote: Method<[sku: string], { sku: string }, number> };
    v3: { quote: Method<[sku: string], { sku: string }, bigint> };
  };
}

/** Fails to compile unless both types are the same. */
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const same = <_A, _B>(_same: Same<_A, _B>): void => {};

test("types", async () => {
  const { transport } = server({});
  const rpc = createClient<Api>("/rpc/", { transport });
  const items: Item[] = [{ sku: "A1", qty: 1 }];

  const order = rpc.shop.create_order(items, true);
  same<typeof order, Promise<Order>>(true);
  const stock = rpc.shop.stock.with({ sku: "A1" }, { timeout: 5000 });
  same<typeof stock, Promise<number>>(true);
  const title = rpc.blog.title(1);
  same<typeof title, Promise<string>>(true);
  const named = rpc.call("shop.create_order", { items });
  same<typeof named, Promise<Order>>(true);
  const listed = rpc.call("shop.stock", ["A1"], { batch: false });
  same<typeof listed, Promise<number>>(true);
  const cleared = rpc.call("shop.clear");
  same<typeof cleared, Promise<null>>(true);
  rpc.call("rpc.discover");
  const nothing = rpc.notify("shop.clear");
  same<typeof nothing, void>(true);
  rpc.notify("shop.stock", { sku: "A1" });
  const both = rpc.batch(async (b) => Promise.all([b.shop.stock("A"), b.blog.title(1)]));
  same<typeof both, Promise<[number, string]>>(true);
  const v2 = rpc.desk.v2();
  same<typeof v2, Promise<string>>(true);
  const quote = rpc.desk.v2.quote("A1");
  same<typeof quote, Promise<number>>(true);
  const later = rpc.desk.v3.quote.with({ sku: "A1" });
  same<typeof later, Promise<bigint>>(true);
  const called = rpc.call("desk.v3.quote", ["A1"]);
  same<typeof called, Promise<bigint>>(true);
  rpc.notify("desk.v2");
  same<typeof rpc.types, Serializer>(true);
  same<typeof rpc, Client<Api, Serializer>>(true);

  // Compiled, never run.
  const wrong = () => {
    // @ts-expect-error a string is no list of items
    rpc.shop.create_order("A1");
    // @ts-expect-error the items are missing
    rpc.shop.create_order();
    // @ts-expect-error one argument too many
    rpc.shop.stock("A1", 2);
    // @ts-expect-error no such method
    rpc.shop.stok("A1");
    // @ts-expect-error no such app
    rpc.shopp.stock("A1");
    // @ts-expect-error no such parameter
    rpc.shop.stock.with({ sku: "A1", size: 1 });
    // @ts-expect-error a parameter is missing
    rpc.shop.create_order.with({ express: true });
    // @ts-expect-error no such method
    rpc.call("shop.stok", { sku: "A1" });
    // @ts-expect-error no such method
    rpc.desk.v2.stock("A1");
    // @ts-expect-error only members of it are methods
    rpc.desk.v3();
    // @ts-expect-error only members of it are methods
    rpc.call("desk.v3");
    // @ts-expect-error a part of a method is no method
    rpc.call("shop.stock.args");
    // @ts-expect-error the params are missing
    rpc.call("shop.stock");
    // @ts-expect-error no such option
    rpc.call("shop.stock", { sku: "A1" }, { timeuot: 5 });
    // @ts-expect-error the argument is a number
    rpc.blog.title("1");
    // @ts-expect-error no such method
    rpc.notify("shop.stok");
    // @ts-expect-error a number, not a string
    stock.then((value: string) => value);
    // @ts-expect-error no batch inside a batch
    rpc.batch(async (b) => b.batch);
    // @ts-expect-error no such option
    createClient("/rpc/", { retries: 5 });
    // @ts-expect-error x is a number
    rpc.types.register("point", Point, { encode: ({ x }) => ({ x: x.length }) });
    // @ts-expect-error members are an object
    rpc.types.register("point", Point, { encode: ({ x }) => x });
  };
  class Point {
    constructor(readonly x: number) {}
  }
  rpc.types.register("point", Point, { encode: ({ x }) => ({ x }), decode: ({ x }) => new Point(x) });
  rpc.types.register("url", URL, { encode: (url) => ({ value: url.href }) });

  const untyped = createClient("/rpc/", { transport });
  const anything = untyped.any.thing(1, "two");
  untyped.call("any.thing", { a: 1 }, { signal: AbortSignal.timeout(50) });
  untyped.notify("any.thing");
  same<typeof untyped.types, Serializer>(true);
  createCore<Api>("/rpc/", { transport }).shop.stock("A1");

  await Promise.all([order, stock, title, named, listed, cleared, both, anything, v2, quote, later, called]);
  assert.equal(typeof wrong, "function");
  assert.equal(new RpcError("m", { code: 1 }).code, 1);
});
