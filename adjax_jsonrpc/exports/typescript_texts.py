"""The parts of the TypeScript declarations that are the same for all methods."""

from __future__ import annotations

HEADER = """\
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
"""

LEGACY = """\
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
 * A function of `{variable}.apps`. Its last argument may be a function that receives the result,
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
  var {variable}: {
    readonly apps: Views<Api>;
    readonly client: any;
    readonly data: any;
    readonly serializer: any;
    register(prepare: Receive<{ setRequestHeader(name: string, value: unknown): void }>): void;
  };
}
"""

DECLARED = frozenset(
    [
        "Api",
        "ByPosition",
        "Method",
        "Overloads",
        "Receive",
        "Registered",
        "Shorter",
        "Tagged",
        "Unregistered",
        "View",
        "Views",
        "WithFunctions",
    ]
)
"""The types that these texts declare, and ``Api``."""
