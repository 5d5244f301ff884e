/** Helpers of iterators and sets, for Node 20. */

/**
 * @param {object} owner gets the property if it has none of that name
 * @param {string | symbol} name
 * @param {unknown} value
 */
export function add(owner, name, value) {
  if (!(name in owner)) Object.defineProperty(owner, name, { value, writable: true, configurable: true });
}

/** @typedef {(item: unknown, index: number) => any} Visit */
/** @typedef {Iterable<unknown>} Items */

const ITERATOR = Object.getPrototypeOf(Object.getPrototypeOf([][Symbol.iterator]()));

/** @type {Record<string, (this: Items, ...args: any[]) => Iterable<unknown>>} */
const LAZY = {
  *map(/** @type {Visit} */ visit) {
    let index = 0;
    for (const item of this) yield visit(item, index++);
  },
  *filter(/** @type {Visit} */ visit) {
    let index = 0;
    for (const item of this) if (visit(item, index++)) yield item;
  },
  *flatMap(/** @type {Visit} */ visit) {
    let index = 0;
    for (const item of this) yield* visit(item, index++);
  },
  *take(/** @type {number} */ count) {
    let left = count;
    if (left > 0)
      for (const item of this) {
        yield item;
        if (--left <= 0) return;
      }
  },
  *drop(/** @type {number} */ count) {
    let left = count;
    for (const item of this) if (left-- <= 0) yield item;
  },
};
for (const [name, helper] of Object.entries(LAZY)) add(ITERATOR, name, helper);

for (const name of /** @type {const} */ (['reduce', 'forEach', 'some', 'every', 'find']))
  add(
    ITERATOR,
    name,
    /** @this {Items} @param {any[]} args */ function (...args) {
      return /** @type {any} */ ([...this])[name](...args);
    },
  );
add(
  ITERATOR,
  'toArray',
  /** @this {Items} */ function () {
    return [...this];
  },
);

/** @typedef {Set<unknown>} Values */

/** @type {Record<string, (mine: Values, other: Values) => unknown>} */
const SETS = {
  union: (mine, other) => new Set([...mine, ...other.keys()]),
  intersection: (mine, other) => new Set([...mine].filter((it) => other.has(it))),
  difference: (mine, other) => new Set([...mine].filter((it) => !other.has(it))),
  isSubsetOf: (mine, other) => [...mine].every((it) => other.has(it)),
  isSupersetOf: (mine, other) => [...other.keys()].every((it) => mine.has(it)),
  isDisjointFrom: (mine, other) => ![...mine].some((it) => other.has(it)),
};
for (const [name, method] of Object.entries(SETS))
  add(
    Set.prototype,
    name,
    /** @this {Values} @param {Values} other */ function (other) {
      return method(this, other);
    },
  );
