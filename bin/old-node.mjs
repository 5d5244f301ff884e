/** What Hive and its packages use of Node 22 and 24, for Node 20. The build is made for Node 20's syntax. */
import { readFileSync } from 'node:fs';
import fs from 'node:fs/promises';
import nodeModule from 'node:module';
import tls from 'node:tls';
import worker from 'node:worker_threads';
import zlib from 'node:zlib';
import { add } from './old-iterators.mjs';

add(Promise, 'withResolvers', () => {
  let resolve;
  let reject;
  const promise = new Promise((onResolve, onReject) => {
    resolve = onResolve;
    reject = onReject;
  });
  return { promise, resolve, reject };
});

add(Map, 'groupBy', (/** @type {Iterable<unknown>} */ items, /** @type {Function} */ keyOf) => {
  const groups = new Map();
  let index = 0;
  for (const item of items) {
    const key = keyOf(item, index++);
    const group = groups.get(key);
    if (group) group.push(item);
    else groups.set(key, [item]);
  }
  return groups;
});

// undici marks its own objects, which no worker gets here.
add(worker, 'markAsUncloneable', () => {});

// undici only binds it until somebody asks for that encoding, which Hive does not.
add(zlib, 'createZstdDecompress', () => {
  throw new Error('zstd needs Node 22.15 or newer');
});

add(tls, 'getCACertificates', (/** @type {string} */ type = 'default') => {
  const { NODE_EXTRA_CA_CERTS: path } = process.env;
  const extra = path ? [readFileSync(path, 'utf8')] : [];
  if (type === 'extra') return extra;
  return type === 'system' ? [] : [...tls.rootCertificates, ...extra];
});

add(nodeModule, 'enableCompileCache', () => {});
add(nodeModule, 'flushCompileCache', () => {});

add(fs, 'glob', () => {
  throw new Error(`patterns such as *.yaml need Node 22 or newer; this is Node ${process.versions.node}`);
});

add(Symbol, 'dispose', Symbol.for('nodejs.dispose'));
add(Symbol, 'asyncDispose', Symbol.for('nodejs.asyncDispose'));

/** Undoes what it was given in reverse order, also when some of it fails. Then it throws the first failure. */
class Stack {
  /** @type {(() => unknown)[]} */
  #undo = [];
  disposed = false;

  /** @param {() => unknown} undo */
  defer(undo) {
    if (this.disposed) throw new ReferenceError('this stack is disposed');
    this.#undo.push(undo);
  }

  /** @param {any} value */
  use(value) {
    const dispose = value?.[Symbol.asyncDispose] ?? value?.[Symbol.dispose];
    if (value != null) this.defer(() => dispose.call(value));
    return value;
  }

  /**
   * @param {unknown} value
   * @param {(value: unknown) => unknown} undo
   */
  adopt(value, undo) {
    this.defer(() => undo(value));
    return value;
  }

  move() {
    const next = /** @type {Stack} */ (new /** @type {any} */ (this.constructor)());
    next.#undo = this.take();
    return next;
  }

  take() {
    const taken = this.#undo;
    this.#undo = [];
    this.disposed = true;
    return taken;
  }
}

class SyncStack extends Stack {
  dispose() {
    /** @type {unknown[]} */
    const failures = [];
    for (const undo of this.take().reverse())
      try {
        undo();
      } catch (error) {
        failures.push(error);
      }
    if (failures.length > 0) throw failures[0];
  }

  [Symbol.dispose]() {
    this.dispose();
  }
}

class AsyncStack extends Stack {
  async disposeAsync() {
    /** @type {unknown[]} */
    const failures = [];
    for (const undo of this.take().reverse())
      try {
        await undo();
      } catch (error) {
        failures.push(error);
      }
    if (failures.length > 0) throw failures[0];
  }

  [Symbol.asyncDispose]() {
    return this.disposeAsync();
  }
}
add(globalThis, 'DisposableStack', SyncStack);
add(globalThis, 'AsyncDisposableStack', AsyncStack);
