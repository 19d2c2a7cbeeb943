"""What every generated TypeScript file has before its functions: types, and the checks of `check`. Data."""

from __future__ import annotations

FRAME = r"""/* eslint-disable */
/**
 * Functions that build requests for message templates: one for each template.
 *
 * Written by `templatesync outputs --format typescript`. Do not edit it: edit the templates, and write it again.
 *
 *     const codes = JSON.parse(text); // of `templatesync outputs --space SPACE --format codes`
 *     const request = new SendChatappMessageRequest({ ...orderUpdate({ codes, language: "en", name }), from, to });
 *
 * Throws `Unavailable` when no version of the template can be sent that takes what the function gives, and RangeError
 * for a value with which the message would be refused; `check: false` leaves that to the service.
 */

export type Codes = { readonly [name: string]: { readonly [language: string]: { readonly [digest: string]: string } } };

export type FlowAction = { flowToken: string; flowActionData?: { readonly [name: string]: unknown } };

export type ProductAction = {
  thumbnailProductRetailerId: string;
  sections?: { title: string; productItems: { productRetailerId: string }[] }[];
};

/** The map that SendChatappMessageRequest is made of, but for `from`, `to` and what else the program decides. */
export type Message = {
  channelType: "whatsapp";
  type: "template";
  templateCode: string;
  language: string;
  templateParams?: { [name: string]: string };
  payload?: string[];
  flowAction?: FlowAction;
  productAction?: ProductAction;
};

/** Products under a title. */
export type Section = { readonly title: string; readonly products: readonly string[] };

/** There is no version to send that takes what this code gives. */
export class Unavailable extends Error {
  constructor(message: string) {
    super(message);
    this.name = "Unavailable";
  }
}

type _Texts = { readonly [name: string]: string };

type _Ask = {
  readonly digest: string;
  readonly variables: string;
  readonly rest?: string;
  readonly labels?: readonly string[];
  readonly order?: readonly number[];
  readonly cards?: readonly number[];
  readonly rooms?: readonly (readonly [where: string, left: number, names: readonly string[]])[];
  readonly suffixes?: readonly string[];
  readonly addresses?: readonly string[];
  readonly expires?: boolean;
  readonly media?: boolean;
};

type _Template = { readonly name: string; readonly asks: { readonly [language: string]: _Ask } };

type _Given = {
  readonly params?: readonly (readonly [name: string, value: string])[];
  readonly payloads?: readonly (string | undefined)[];
  readonly oneTime?: string;
  readonly flowToken?: string;
  readonly flowData?: { readonly [name: string]: unknown } | undefined;
  readonly product?: string;
  readonly sections?: readonly Section[];
  readonly more?: _Texts | undefined;
};

function _message(
  template: _Template,
  codes: Codes,
  language: string,
  check: boolean | undefined,
  given: _Given,
): Message {
  const ask = _own(template.asks, language);
  if (ask === undefined) {
    const all = Object.keys(template.asks).join(", ");
    throw new RangeError(`${template.name} has no language ${JSON.stringify(language)} here; it has ${all}`);
  }
  const where = `${template.name}@${language}`;
  const params = _params(where, given);
  const payloads = _payloads(where, ask, given.payloads ?? []);
  if (check ?? true) {
    const problem = _problem(ask, given, params, payloads);
    if (problem !== undefined) throw new RangeError(`${where}: ${problem}`);
  }
  const templateCode = _code(template.name, language, ask, codes);
  const message: Message = { channelType: "whatsapp", type: "template", templateCode, language };
  if (Object.keys(params).length > 0) message.templateParams = params;
  if (payloads.length > 0) message.payload = payloads;
  if ("flowToken" in given) {
    message.flowAction = { flowToken: _text(where, "flowToken", given.flowToken) };
    if (given.flowData !== undefined) message.flowAction.flowActionData = given.flowData;
  }
  if ("product" in given) {
    message.productAction = _productAction(_text(where, "product", given.product), given.sections);
  }
  return message;
}

function _params(where: string, given: _Given): { [name: string]: string } {
  const more = given.more ?? {};
  const found: { [name: string]: string } = {};
  const put = (name: string, value: unknown): void => {
    // An assignment to __proto__ would be none.
    const text = _text(where, name, value);
    Object.defineProperty(found, name, { value: text, configurable: true, enumerable: true, writable: true });
  };
  Object.keys(more).forEach((name) => put(name, _own(more, name)));
  (given.params ?? []).forEach(([name, value]) => put(name, value));
  return found;
}

function _text(where: string, name: string, value: unknown): string {
  if (typeof value !== "string") throw new TypeError(`${where}: the value of ${name} is no text`);
  return value;
}

function _productAction(product: string, given: readonly Section[] | undefined): ProductAction {
  const sections = (given ?? []).map((section) => ({
    title: section.title,
    productItems: section.products.map((productRetailerId) => ({ productRetailerId })),
  }));
  return { thumbnailProductRetailerId: product, ...(sections.length > 0 ? { sections } : {}) };
}

function _own<Value>(map: { readonly [key: string]: Value } | undefined, key: string): Value | undefined {
  return map !== undefined && Object.prototype.hasOwnProperty.call(map, key) ? map[key] : undefined;
}

function _code(name: string, language: string, ask: _Ask, codes: Codes): string {
  const live = _own(_own(codes, name), language) ?? {};
  const code = _own(live, ask.digest);
  if (code) return code;
  const digests = Object.keys(live);
  let told = digests.map((digest) => digest.slice(0, Math.max(digest.lastIndexOf(" "), 0)));
  const rest = ask.rest ?? "";
  let own = ask.variables + rest;
  if (rest !== "" && told.every((each) => each.slice(-rest.length) === rest)) {
    own = ask.variables;
    told = told.map((each) => each.slice(0, -rest.length));
  }
  if (told.indexOf(own) >= 0) {
    own = ask.digest;
    told = digests;
  }
  const others = told.slice(0, 5).join(" and ") || "none";
  throw new Unavailable(`${name}@${language}: this code wants ${own}; live are ${others}`);
}

/** In the order of this language; the label of a quick reply in place of a payload that was not given. */
function _payloads(where: string, ask: _Ask, given: readonly (string | undefined)[]): string[] {
  return (ask.labels ?? []).map((label, at) => {
    const payload: unknown = given[ask.order?.[at] ?? at] ?? label;
    if (typeof payload !== "string") throw new TypeError(`${where}: the payload of "${label}" is no text`);
    return payload;
  });
}

function _problem(ask: _Ask, given: _Given, params: _Texts, payloads: readonly string[]): string | undefined {
  return [..._values(ask, given, params), ..._rest(ask, given, params, payloads)][0];
}

function _values(ask: _Ask, given: _Given, params: _Texts): string[] {
  const value = (name: string): string => _own(params, name) ?? "";
  const found: string[] = [];
  for (const [name] of given.params ?? []) {
    if (_own(given.more, name) !== undefined) found.push(`${name} is a variable, and must not be in more`);
    if (_BLANK.test(value(name))) found.push(`the value of ${name} is empty`);
    else if (/[\n\r\t]| {5}/.test(value(name))) {
      found.push(`the value of ${name} has a line end, a tab or more than four blanks in a row`);
    }
  }
  for (const name of ask.suffixes ?? []) {
    if (_hasScheme(value(name))) found.push(`${name} is only the end of an address`);
    if (!_ENCODED.test(value(name))) found.push(`${name} is a part of an address and must be percent-encoded`);
  }
  for (const name of ask.addresses ?? []) {
    if (!_hasScheme(value(name)) || !_host(value(name))) {
      found.push(`${name} is a whole address, such as https://www.example.com/a`);
    }
  }
  for (const [where, left, names] of ask.rooms ?? []) {
    const length = names.reduce((sum, name) => sum + _length(value(name)), 0);
    if (length > left) found.push(`the values of ${where} have ${length} characters; its text leaves room for ${left}`);
  }
  const code = given.oneTime === undefined ? 0 : _length(value(given.oneTime));
  if (code > @CODE@) found.push(`a one-time code has at most @CODE@ characters; this one has ${code}`);
  return found;
}

function _rest(ask: _Ask, given: _Given, params: _Texts, payloads: readonly string[]): string[] {
  const found: string[] = [];
  for (const name of Object.keys(given.more ?? {})) {
    const value = _own(params, name) ?? "";
    const time = ask.expires ? /^[0-9]{10,13}$/ : /^1[0-9]{12}$/;
    if (!time.test(value) && !(ask.media && _hasScheme(value))) {
      found.push(`${name} in more is no variable, no time in milliseconds and no address of media`);
    }
  }
  found.push(..._astray(ask, payloads));
  if (given.flowToken === "") found.push("flowToken is empty; without a token the message is refused");
  if (given.product === "") found.push("product is empty: the product whose picture is shown");
  return given.sections === undefined ? found : [...found, ..._sections(given.sections)];
}

/** Labels in places of others: of the same card, or of a reply that has not got it. */
function _astray(ask: _Ask, payloads: readonly string[]): string[] {
  const labels = ask.labels ?? [];
  const card = (at: number): number => ask.cards?.[at] ?? 0;
  const wrong = payloads.filter((payload, at) =>
    labels.some((label, other) =>
      payload === label && payload !== labels[at] && (card(other) === card(at) || payloads[other] !== label)
    )
  );
  return wrong.map((payload) => `payload "${payload}" is the label of another quick reply than its own`);
}

function _sections(given: readonly Section[]): string[] {
  const sections = given.map((section) => section.products.length);
  const count = sections.reduce((sum, each) => sum + each, 0);
  if (sections.length === 0 || sections.indexOf(0) >= 0) return ["sections is empty, or one of them has no products"];
  if (given.some((section) => section.products.indexOf("") >= 0)) return ["a product of a section is empty"];
  if (sections.length <= @SECTIONS@ && count <= @PRODUCTS@) return [];
  return [`${sections.length} sections with ${count} products; at most @SECTIONS@ with @PRODUCTS@`];
}

// What Python and Unicode call a blank, which `trim` does not take in full.
const _BLANK = /^(?:(?!\ufeff)\s|[\x1c-\x1f\x85])*$/;
const _ENCODED = /^(?:[A-Za-z0-9._~!$&'()*+,;=:@/?#-]|%[0-9A-Fa-f]{2})*$/;

function _length(value: string): number {
  return value.replace(/[\ud800-\udbff][\udc00-\udfff]/g, "-").length;
}

function _hasScheme(value: string): boolean {
  return /^https?:\/\//i.test(value);
}

function _host(address: string): string {
  const rest = address.slice(address.indexOf("://") + 3).split(/[/?#]/)[0] ?? "";
  return rest.slice(rest.lastIndexOf("@") + 1).split(":")[0] ?? "";
}
"""
