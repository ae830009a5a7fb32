// Made by "manage.py export_typescript": changes made here are lost.

/** One method: its params by position, its params by name, and its result. */
export interface Method<Args extends readonly unknown[], Params, Result> {
  args: Args;
  params: Params;
  result: Result;
}

/**
 * The classes that the page registers with `client.types`, by their tags. Name yours by
 * `declare module "<this file>" { interface Registered { money: Money } }`.
 */
export interface Registered {}

declare const unregistered: unique symbol;

/** Stands for a class that is not in `Registered`: no value has this type. */
export interface Unregistered<Name extends string> {
  readonly [unregistered]: Name;
}

/** The class that is registered for a tag, otherwise what the client does without one. */
export type Tagged<
  Name extends string,
  Otherwise = Unregistered<Name>,
> = Name extends keyof Registered ? Registered[Name] : Otherwise;

export interface Article {
  sku: string;
  name: string;
  note: string;
  price: MoneyTag;
  stock: number;
  wishes: number;
}

export interface Item {
  sku: string;
  quantity: number;
}

export interface Line {
  sku: string;
  name: string;
  quantity: number;
  price: MoneyTag;
}

export type MoneyTag = Tagged<"money">;

export interface Order {
  number: number;
  status: "on its way" | "delivered";
  placed: Tagged<"datetime", Date>;
  delivery: Tagged<"datetime", Date>;
  lines: Line[];
  total: MoneyTag;
}

export interface Session {
  customer: string | null;
  staff: boolean;
  csrf_token: string;
}

export interface Api {
  shop: {
    /** The mean of a product's ratings. Nobody has rated yet, and nobody thought of that. */
    average_rating: Method<[sku: string], { sku: string }, number>;
    /** Order items. If one is out of stock, nothing is ordered. */
    create_order: Method<[items: readonly Item[], express?: boolean], { items: readonly Item[]; express?: boolean }, Order>;
    /** When something ordered at that time (now, if not given) arrives: no day of rest is one. */
    delivery: Method<[ordered?: Tagged<"datetime", Date> | string | null, express?: boolean], { ordered?: Tagged<"datetime", Date> | string | null; express?: boolean }, Tagged<"datetime", Date>>;
    /** Take some percent off a price, and round in favour of the customer. */
    discount: Method<[price: MoneyTag, percent: number], { price: MoneyTag; percent: number }, MoneyTag>;
    /** Log in with Django's session; later calls then need the CSRF token. */
    login: Method<[username: string, password: string], { username: string; password: string }, Session>;
    /** Log out, and forget the session. */
    logout: Method<[], {}, Session>;
    /** Who is logged in. */
    me: Method<[], {}, Session>;
    /** One's own orders, the latest first. */
    orders: Method<[since?: Tagged<"datetime", Date> | string | null], { since?: Tagged<"datetime", Date> | string | null }, Order[]>;
    /** The products, those up to a price if ``dearest`` is given. */
    products: Method<[show?: "all" | "in stock", dearest?: MoneyTag | null], { show?: "all" | "in stock"; dearest?: MoneyTag | null }, Article[]>;
    /** What some items would cost, delivery included. */
    quote: Method<[items: readonly Item[]], { items: readonly Item[]; express?: boolean }, MoneyTag>;
    /** Put more of a product on the shelf. Return the new stock. For staff. */
    restock: Method<[sku: string, quantity: number], { sku: string; quantity: number }, number>;
    /** Look for products by a part of their name; asynchronous from end to end. */
    search: Method<[text: string, most?: number], { text: string; most?: number }, Article[]>;
    /** How many pieces of a product are on the shelf. */
    stock: Method<[sku: string], { sku: string }, number>;
    /** Tell the shop that one would like to have a product. Return the number of wishes. */
    wish: Method<[sku: string], { sku: string }, number>;
  };
}

/** Argument lists without optional arguments at their end. */
type Shorter<Args extends readonly unknown[]> = number extends Args["length"]
  ? Args
  : Required<Args> extends readonly [...infer Others, unknown]
    ? Required<Args> | (Others extends Args ? Shorter<Others> : never)
    : Args;

type Receive<Value> = (value: Value) => unknown;

type ByPosition<Args extends readonly unknown[]> = [Args] extends [never] ? unknown[] : Args;

/** One argument list with functions behind it. */
interface WithFunctions<Args extends readonly unknown[], Result> {
  (...args: [...Args, Receive<Result>]): Promise<Result>;
  (...args: [...Args, Receive<any>, Receive<Result>]): Promise<Result>;
}

/** All of a union of argument lists: as overloads, so that each argument has one type. */
type Overloads<Args, Result> = (
  Args extends readonly unknown[] ? (each: WithFunctions<Args, Result>) => void : never
) extends (each: infer All) => void
  ? All
  : never;

/**
 * A function of `ADJAX.apps`. Its last argument may be a function that receives the result,
 * the one before that a function that may change the params.
 */
export type View<Args extends readonly unknown[], Result> = ((
  ...args: ByPosition<Args>
) => Promise<Result>) &
  Overloads<Shorter<ByPosition<Args>>, Result>;

/** The methods of an `Api` as functions. */
export type Views<Methods> = {
  readonly [Name in keyof Methods]: Methods[Name] extends Method<infer Args, any, infer Result>
    ? View<Args, Result> & Views<Omit<Methods[Name], keyof Method<[], {}, null>>>
    : Views<Methods[Name]>;
};

declare global {
  /** The object that interface.js creates. */
  var ADJAX: {
    readonly apps: Views<Api>;
    readonly client: any;
    readonly data: any;
    readonly serializer: any;
    register(prepare: Receive<{ setRequestHeader(name: string, value: unknown): void }>): void;
  };
}
