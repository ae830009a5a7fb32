/** What must compile against the declarations of tests/exports/test_typescript.py, and what must not. */

import { createClient } from "adjax-jsonrpc";
import type { Api, Item, ItemParams, Method, Point, PointParams, Registered, Tree } from "./api.js";

declare module "./api.js" {
  interface Registered {
    money: Money;
    decimal: Decimal;
  }
}

class Money {
  readonly #cents: bigint;
  constructor(cents: bigint) {
    this.#cents = cents;
  }
  get cents() {
    return this.#cents;
  }
}

class Token {
  constructor(readonly text: string) {}
}

class Decimal {
  constructor(readonly digits: string) {}
}

type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const same = <_A, _B>(_same: Same<_A, _B>): void => {};
type Result<Fn extends keyof Api["t"]> = Api["t"][Fn]["result"];
type Args<Fn extends keyof Api["t"]> = Api["t"][Fn]["args"];
type Params<Fn extends keyof Api["t"]> = Api["t"][Fn]["params"];

const rpc = createClient<Api>("/rpc/");

// Results: what the tags give, unions and literals exactly.
same<Result<"nothing">, null>(true);
same<Result<"count">, number>(true);
same<Result<"total">, number | bigint>(true);
same<Result<"percent">, number>(true);
same<Result<"when">, Date>(true);
same<Result<"day">, string>(true);
same<Result<"price">, Decimal>(true);
same<Result<"paid">, Money>(true);
same<Result<"content">, Uint8Array>(true);
same<Result<"names">, Set<string>>(true);
same<Result<"by_day">, Map<string, number> | { [name: string]: never }>(true);
same<Result<"by_name">, { [name: string]: boolean }>(true);
same<Result<"pair">, [string, boolean]>(true);
same<Result<"size">, "s" | "m" | 3 | null>(true);
same<Result<"color">, "red" | "it's \"blue\"">(true);
same<Result<"anything">, unknown>(true);
same<Result<"tree">, Tree>(true);
same<Tree["children"], Tree[]>(true);
same<Result<"many">, Array<string | boolean>>(true);
same<Result<"order">, Item[]>(true);
same<Item["when"], Date>(true);
same<ItemParams["when"], Date | string>(true);
same<Result<"move">, Point>(true);
same<Point, { x: number; y: number }>(true);
same<Required<PointParams>["y"], Point["y"]>(true);

// Parameters: plain values and those that tags carry.
same<Args<"count">, [sku: string, most?: number]>(true);
same<Params<"count">, { sku: string; most?: number }>(true);
same<Args<"total">, [value?: number | bigint]>(true);
same<Args<"when">, [value: Date | string]>(true);
same<Args<"strict_when">, [value: Date]>(true);
same<Args<"strict_day">, [value: never]>(true);
same<Args<"day">, [value: string]>(true);
same<Args<"price">, [value: Decimal | string]>(true);
same<Args<"content">, [value: Uint8Array | ArrayBuffer | string]>(true);
same<Args<"names">, [value: ReadonlySet<string> | readonly string[]]>(true);
same<Args<"percent">, [value: number]>(true);
same<Args<"only_named">, never>(true);
same<Params<"only_positional">, never>(true);
same<Args<"variable">, [first: string, ...rest: boolean[]]>(true);
same<Args<"nothing">, []>(true);

export const right = async (items: readonly ItemParams[]) => {
  const [count, when] = await Promise.all([rpc.t.count("A1"), rpc.t.when(new Date())]);
  same<typeof count, number>(true);
  same<typeof when, Date>(true);
  await rpc.t.count("A1", 5);
  await rpc.t.total(5n);
  await rpc.t.count.with({ sku: "A1", most: 5 });
  await rpc.t.when("2026-11-22T09:30:00Z");
  await rpc.t.order([{ when: "2026-11-22T09:30:00Z", quantity: 1 }]);
  await rpc.t.order(items);
  await rpc.t.names(["a"]);
  await rpc.t.names(new Set(["a"]));
  await rpc.t.by_day(new Map([["2026-11-22", 1]]));
  await rpc.t.by_day({});
  await rpc.t.paid(new Money(1n));
  await rpc.t.variable("a", true, false);
  await rpc.t.variable.with({ first: "a", other: 3 });
  await rpc.t.only_named.with({ a: "x" });
  await rpc.t.only_positional("x");
  await rpc.t.pair(["a", true] as const);
  await rpc.t.tree({ name: "a", children: [{ name: "b", children: [] }] });
  await rpc.t.move({ x: 1 });
  await rpc.call("t.count", { sku: "A1" });
  await rpc["else"].f();
  same<Awaited<ReturnType<typeof rpc.desk.v2.quote>>, Decimal>(true);
  await rpc.desk.v2("A1", "2026-11-22");
  await rpc.desk.v2.quote("A1");
  await rpc.desk.v3.a.quote.with({ sku: "A1" });
  await rpc.call("desk.v3.a.quote", ["A1"]);
  await rpc.batch((batch) => batch.desk.v2.quote("A1"));

  // The global object of interface.js, whose functions take callbacks.
  const stock: number = await ADJAX.apps.t.count("A1", 5);
  await ADJAX.apps.t.count("A1", (count) => count.toFixed(stock));
  await ADJAX.apps.t.count("A1", 5, (count) => count.toFixed());
  await ADJAX.apps.t.count("A1", (params) => delete params.most, (count) => count.toFixed());
  await ADJAX.apps.t.nothing(() => 1);
  await ADJAX.apps.t.only_named("x");
  await ADJAX.apps.desk.v2("A1", (price) => price.digits);
  await ADJAX.apps.desk.v2.quote("A1");
  await ADJAX.apps.desk.v3.a.quote("A1", "2026-11-22", (price) => price.digits);
  ADJAX.register((request) => request.setRequestHeader("X-A", ADJAX.data.a));
};

export const wrong = () => {
  // @ts-expect-error the sku is missing
  rpc.t.count();
  // @ts-expect-error the sku is a string
  rpc.t.count(1);
  // @ts-expect-error no such parameter
  rpc.t.count.with({ sku: "A1", least: 1 });
  // @ts-expect-error one argument too many
  rpc.t.count("A1", 1, 2);
  // @ts-expect-error no such method
  rpc.t.cuont("A1");
  // @ts-expect-error a strict method takes no plain form
  rpc.t.strict_when("2026-11-22T09:30:00Z");
  // @ts-expect-error no class is registered for dates, and a plain form is not taken
  rpc.t.strict_day("2026-11-22");
  // @ts-expect-error a Date carries the tag of a datetime
  rpc.t.day(new Date());
  // @ts-expect-error a constrained integer has no bigint form
  rpc.t.percent(5n);
  // @ts-expect-error not one of the literals
  rpc.t.size("l");
  // @ts-expect-error the tuple has two values
  rpc.t.pair(["a"]);
  // @ts-expect-error it can only be called by name
  rpc.t.only_named("x");
  // @ts-expect-error it can only be called by name
  rpc.t.only_named();
  // @ts-expect-error it can only be called by position
  rpc.t.only_positional.with({ a: "x" });
  // @ts-expect-error the request is not the caller's to give
  rpc.t.variable.with({ first: "a", request: 1 });
  // @ts-expect-error the class that is registered is Money
  rpc.t.paid({ cents: 1 });
  // @ts-expect-error an item has a quantity
  rpc.t.order([{ when: new Date() }]);
  // @ts-expect-error a large integer comes as bigint, which adds up with numbers only by itself
  rpc.t.total().then((total) => total + 1);
  // @ts-expect-error an int is a number
  rpc.t.count("A1", 5n);
  // @ts-expect-error the class of the tag is not registered
  rpc.t.checked({ text: "x" });
  // @ts-expect-error the class of the tag is not registered
  rpc.t.checked({ __type__: "token", text: "x" });
  // @ts-expect-error the class of the tag is not registered
  rpc.t.checked(new Token("x"));
  // @ts-expect-error the class of the tag is not registered
  rpc.t.checked.with({ token: { text: "x" } });
  // @ts-expect-error the class of the tag is not registered
  right([]).then(() => ADJAX.apps.t.checked({ text: "x" }));
  // @ts-expect-error a plain object is not a Money, which has a private member
  rpc.t.paid({ cents: 1n });
  // @ts-expect-error no such method
  rpc.desk.v2.order("A1");
  // @ts-expect-error only members of it are methods
  rpc.desk.v3("A1");
  // @ts-expect-error only members of it are methods
  rpc.call("desk.v3.a", ["A1"]);
  // @ts-expect-error the sku is missing
  ADJAX.apps.t.count((count: number) => count);
  // @ts-expect-error the callback receives a number
  ADJAX.apps.t.count("A1", (count: string) => count);
  // @ts-expect-error no such function
  ADJAX.apps.t.cuont("A1");
  // @ts-expect-error the result is unknown
  rpc.t.anything().then((value) => value.length);
  // @ts-expect-error no such method
  rpc.call("t.cuont", []);
  // @ts-expect-error a tree's children are trees
  rpc.t.tree({ name: "a", children: [1] });
};

export type Declared = [Method<[], {}, null>, Registered];
