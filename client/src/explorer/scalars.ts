/** Fields of single values: text, numbers, choices, dates, files. */

import { button, el } from "./dom.js";
import { type Field, type Form, labelled } from "./field.js";
import { isObject, type Json, parseJson, TAG } from "./json.js";
import type { Schema } from "./schema.js";

const NUMBER = /^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/;
const SAFE = BigInt(Number.MAX_SAFE_INTEGER);

/** A field for a value that is always the same. */
export const fixedField = (label: string, value: Json): Field => {
  const { element, showError } = labelled(label, el("output", {}, JSON.stringify(value)));
  return { element, showError, read: () => value, write: (other) => JSON.stringify(other) === JSON.stringify(value) };
};

/** A field for one of several values. */
export const choiceField = (form: Form, label: string, values: Json[]): Field => {
  const texts = values.map((value) => JSON.stringify(value));
  const select = el("select", { change: form.changed }, ...texts.map((text, at) =>
    el("option", { value: at }, typeof values[at] === "string" ? (values[at] as string) || '""' : text)));
  return {
    ...labelled(label, select),
    read: () => values[select.selectedIndex],
    write: (value) => {
      const at = texts.indexOf(JSON.stringify(value));
      if (at >= 0) select.selectedIndex = at;
      return at >= 0;
    },
  };
};

export const booleanField = (form: Form, label: string): Field => {
  const input = el("input", { type: "checkbox", change: form.changed });
  return {
    ...labelled(label, input),
    read: () => input.checked,
    write: (value) => typeof value === "boolean" && ((input.checked = value), true),
  };
};

/** A field for text; the attributes say what the browser offers. */
export const textField = (form: Form, label: string, schema: Schema, type = "text"): Field => {
  const { format, maxLength = 60 } = schema;
  const long = type === "text" && !format && !schema.pattern && maxLength > 200;
  const control = long
    ? el("textarea", { rows: 3, input: form.changed })
    : el("input", { type, input: form.changed, step: type === "text" ? undefined : "any", autocomplete: "off", spellcheck: "false" });
  return {
    ...labelled(label, control),
    read: () => control.value,
    write: (value) => typeof value === "string" && ((control.value = value), true),
  };
};

/** A field for a number. An integer beyond ±(2^53-1) is sent as a `bigint` where that is accepted. */
export const numberField = (form: Form, label: string, tagsBigints: boolean): Field => {
  const input = el("input", { type: "text", inputmode: "decimal", input: form.changed, autocomplete: "off" });
  const { element, showError } = labelled(label, input);
  return {
    element,
    showError,
    read: () => {
      const text = input.value.trim();
      if (!text) return undefined;
      if (!NUMBER.test(text)) return text;
      if (tagsBigints && /^-?\d+$/.test(text)) {
        const size = BigInt(text.replace("-", ""));
        if (size > SAFE) return { [TAG]: "bigint", value: text };
      }
      return Number(text);
    },
    write: (value) => {
      const text = isObject(value) && value[TAG] === "bigint" ? value.value : value;
      if (typeof text !== "number" && !(isObject(value) && typeof text === "string")) return false;
      input.value = String(text);
      return true;
    },
  };
};

const tagged = (tag: string, value: Json): Json => ({ [TAG]: tag, value });
const valueOf = (tag: string, value: Json): string | undefined => {
  if (typeof value === "string") return value;
  const text = isObject(value) && value[TAG] === tag ? value.value : undefined;
  return typeof text === "string" ? text : undefined;
};

/** A field for a tagged type whose value is text, such as `date` and `decimal`. */
export const tagField = (form: Form, label: string, tag: string): Field => {
  if (tag === "datetime") return datetimeField(form, label);
  if (tag === "bytes") return bytesField(form, label);
  if (tag === "float") {
    const field = choiceField(form, label, ["NaN", "Infinity", "-Infinity"]);
    return { ...field, read: () => tagged(tag, field.read()!), write: (value) => field.write(valueOf(tag, value) ?? null) };
  }
  const field = textField(form, label, { format: tag }, tag === "date" || tag === "time" ? tag : "text");
  return {
    ...field,
    read: () => {
      const text = field.read() as string;
      return text ? tagged(tag, tag === "time" ? withSeconds(text) : text) : undefined;
    },
    write: (value) => {
      const text = valueOf(tag, value);
      return text !== undefined && field.write(text);
    },
  };
};

/** Pickers leave out seconds that are zero; RFC 3339 does not. */
const withSeconds = (text: string): string => (/(^|T)\d\d:\d\d$/.test(text) ? `${text}:00` : text);

const DATETIME = /^(\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?)(Z|[+-]\d\d:\d\d)?$/i;

const datetimeField = (form: Form, label: string): Field => {
  const moment = el("input", { type: "datetime-local", step: "any", input: form.changed });
  const offset = el("input", {
    type: "text", class: "offset", size: 6, placeholder: "+00:00", "aria-label": "time zone offset", input: form.changed,
  });
  offset.value = "+00:00";
  return {
    ...labelled(label, moment, offset),
    read: () => (moment.value ? tagged("datetime", withSeconds(moment.value) + offset.value.trim()) : undefined),
    write: (value) => {
      const found = DATETIME.exec(valueOf("datetime", value) ?? "");
      if (!found) return false;
      // The picker holds milliseconds: the raw JSON keeps what is finer.
      moment.value = found[1]!.replace(/(\.\d{3})\d+/, "$1");
      offset.value = found[2]?.toUpperCase() === "Z" ? "+00:00" : (found[2] ?? "");
      return moment.value.length >= Math.min(found[1]!.length, 16);
    },
  };
};

/** Returns bytes as base64, in pieces that fit on the stack. */
export const base64 = (bytes: Uint8Array): string => {
  let text = "";
  for (let at = 0; at < bytes.length; at += 0x8000) text += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
  return btoa(text);
};

const bytesField = (form: Form, label: string): Field => {
  const text = el("input", { type: "text", placeholder: "base64", input: form.changed, autocomplete: "off" });
  const file = el("input", {
    type: "file",
    "aria-label": `${label || "value"}: read a file`,
    change: async () => {
      const [chosen] = file.files ?? [];
      if (chosen) text.value = base64(new Uint8Array(await chosen.arrayBuffer()));
      form.changed();
    },
  });
  return {
    ...labelled(label, text, file),
    read: () => tagged("bytes", text.value),
    write: (value) => {
      const written = valueOf("bytes", value);
      text.value = written ?? "";
      return written !== undefined;
    },
  };
};

/** A field for any JSON value. */
export const jsonField = (form: Form, label: string): Field => {
  const area = el("textarea", { rows: 2, class: "code", input: form.changed, spellcheck: "false", placeholder: "JSON" });
  const { element, showError } = labelled(label, area, button("{ }", () => {
    area.value = "{}";
    form.changed();
  }, { class: "quiet", "aria-label": "write an empty object" }));
  return {
    element,
    showError,
    read: () => {
      showError();
      try {
        return area.value.trim() ? parseJson(area.value) : undefined;
      } catch (error) {
        showError((error as Error).message);
        throw error;
      }
    },
    write: (value) => {
      area.value = JSON.stringify(value, null, 2);
      return true;
    },
  };
};
