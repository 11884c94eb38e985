/**
 * The tracer of `aftergreen config coverage` for Node: an `--import` module without dependencies that records which keys
 * of `process.env` a process reads, never a value. Without AFTERGREEN_TRACE it does nothing, and whatever goes wrong in it
 * is kept from the program. The folder that AFTERGREEN_TRACE names holds `run.json`; each thread writes one file of JSON
 * lines there, a line at once, so that a crash leaves what was read before.
 */
import { createHmac, randomBytes } from 'node:crypto'
import { openSync, readFileSync, writeSync } from 'node:fs'
import Module, { syncBuiltinESMExports } from 'node:module'
import { fileURLToPath } from 'node:url'
import { isMainThread, threadId } from 'node:worker_threads'

const mostLines = 20_000
const mostLinesOfKey = 64
const longestKey = 256
/** How often it is looked where a value is read: longer while only tests and libraries read it. */
const mostLooks = 200
const fewLooks = 16
const testFile =
  /[._-](?:test|tests|spec|e2e)\.[cm]?[jt]sx?$|(?:^|\/)(?:tests?|__tests__|specs?|e2e)\//
const installed = /(?:^|\/)node_modules\//

const realEnv = process.env
const folder = realEnv['AFTERGREEN_TRACE']
if (folder) {
  try {
    trace(folder)
  } catch {
    // a folder that is gone: the program runs as if there were no tracer
  }
}

/**
 * `run.json`: the key of the fingerprints in hexadecimal, the root of the repository, the shapes with their patterns, and
 * how much of a value they look at.
 *
 * @param {string} folder
 */
function trace(folder) {
  const run = JSON.parse(readFileSync(`${folder}/run.json`, 'utf8'))
  const secret = Buffer.from(run.key, 'hex')
  const shapes = run.shapes.map(([name, pattern]) => [name, new RegExp(pattern, 'i')])
  const root = `${run.root}/`
  const own = fileURLToPath(import.meta.url)
  const name = `${process.pid}-${threadId}-${randomBytes(4).toString('hex')}`
  const file = openSync(`${folder}/${name}.jsonl`, 'a', 0o600)
  // as they are now: what a test replaces later is not used here
  const write = writeSync
  const { stringify } = JSON
  const ErrorNow = Error
  let left = mostLines
  const say = (line) => {
    if (left < 0) return
    left -= 1
    try {
      write(file, `${stringify(left < 0 ? { full: true } : line)}\n`)
    } catch {
      left = -1
    }
  }
  const main = process.argv[1]
  say({
    trace: 1,
    language: 'javascript',
    main: main?.startsWith(root) ? main.slice(root.length) : '',
    thread: !isMainThread,
  })
  const mainTest =
    main?.startsWith(root) && realEnv['NODE_TEST_CONTEXT'] ? main.slice(root.length) : undefined

  /** The file and line that reads, and the test file that leads to it. */
  function placeOf() {
    const limit = ErrorNow.stackTraceLimit
    ErrorNow.stackTraceLimit = 60
    let stack
    try {
      stack = new ErrorNow().stack
    } catch {
      stack = ''
    } finally {
      ErrorNow.stackTraceLimit = limit
    }
    let by = ''
    let at
    let test
    for (const line of typeof stack === 'string' ? stack.split('\n') : []) {
      const match =
        /^ {4}at (?:.*\()?((?:file:\/\/|node:|[/\\]|[A-Za-z]:\\).*?):(\d+)(?::\d+)?\)?$/.exec(line)
      if (match === null) {
        if (/^ {4}at (?:.*\()?\[eval/.test(line)) by ||= 'project'
        continue
      }
      let path = match[1]
      if (path.startsWith('file://')) {
        try {
          path = fileURLToPath(path)
        } catch {
          continue
        }
      }
      path = path.replace(/\?.*$/, '')
      if (path === own) continue
      if (path.startsWith('node:')) {
        by ||= 'runtime'
        continue
      }
      const inside = path.startsWith(root) ? path.slice(root.length) : undefined
      const ours = inside !== undefined && !installed.test(inside)
      by ||= ours ? 'project' : 'library'
      if (!ours) continue
      at ??= [inside, Number(match[2])]
      if (testFile.test(inside)) test ??= inside
    }
    return { by: by || 'library', ...(at && { at }), ...(test && { test }) }
  }

  /** @param {() => string | undefined} currentTest the file of the test that is running, where that can be told */
  function recorder(currentTest) {
    const entries = new Map()
    /** While keys are walked in order, nobody asks for one of them by name; at the end of this turn it is over. */
    let walked = null
    let nextGet = 0
    let nextHas = 0
    const inOrder = (key, how) => {
      if (walked === null) return false
      if (how === 'get') {
        if (walked[nextGet] !== key) return false
        nextGet += 1
      } else {
        if (walked[nextHas] !== key) return false
        nextHas += 1
      }
      return true
    }
    return {
      walk(keys) {
        walked = keys
        nextGet = 0
        nextHas = 0
        queueMicrotask(() => (walked = null))
        this.read('*', 'copy', undefined)
      },
      read(key, how, value) {
        let known = entries.get(key)
        const test = currentTest()
        if (how !== 'copy' && inOrder(key, how)) return
        if (key.length > longestKey) return
        const again = known !== undefined && known.test === test
        // to ask whether a key is there says less than to take it
        if (again && known.how !== how && how === 'has') return
        const same = again && known.how === how && known.value === value
        if (same ? known.looks <= 0 : (known?.lines ?? 0) >= mostLinesOfKey) return
        const place = placeOf()
        const where = `${place.by} ${place.at?.join(':')}`
        if (same) {
          known.looks -= 1
          if (known.lines >= mostLinesOfKey || known.places.has(where)) return
        } else {
          const lines = known?.lines ?? 0
          known = { how, value, test, lines, looks: mostLooks, places: new Set() }
          entries.set(key, known)
        }
        known.lines += 1
        known.places.add(where)
        if (place.by === 'project' && place.at && !testFile.test(place.at[0])) {
          known.looks = Math.min(known.looks, fewLooks)
        }
        const line = { key, how, ...place }
        if (test !== undefined || mainTest !== undefined) line['test'] = test ?? mainTest
        if (how === 'get' || (how === 'has' && value === undefined)) {
          line['state'] = value === undefined ? 'unset' : value === '' ? 'empty' : 'set'
        }
        if (how === 'get' && value) {
          const text = value.slice(0, run.longest)
          line['shape'] = shapes.find(([, pattern]) => pattern.test(text))?.[0] ?? 'text'
          const mac = createHmac('sha256', secret).update(`${key}\0set\0${value}`)
          line['print'] = mac.digest('hex').slice(0, 16)
        }
        say(line)
      },
    }
  }

  /**
   * @param {object} real
   * @param {() => string | undefined} currentTest
   */
  function traced(real, currentTest) {
    const record = recorder(currentTest)
    const plain = Object.prototype
    const quietly = (key, how, value) => {
      if (typeof key !== 'string' || (value === undefined && key in plain)) return
      if (value !== undefined && typeof value !== 'string') return
      try {
        record.read(key, how, value)
      } catch {
        // never the program's concern
      }
    }
    const proxy = new Proxy(real, {
      get(target, key) {
        const value = Reflect.get(target, key)
        quietly(key, 'get', value)
        return value
      },
      set(target, key, value, receiver) {
        if (receiver !== proxy) return Reflect.set(target, key, value, receiver)
        return Reflect.set(target, key, value)
      },
      has(target, key) {
        const there = Reflect.has(target, key)
        quietly(key, 'has', there ? '' : undefined)
        return there
      },
      ownKeys(target) {
        const keys = Reflect.ownKeys(target)
        try {
          record.walk(keys)
        } catch {
          // never the program's concern
        }
        return keys
      },
      getOwnPropertyDescriptor(target, key) {
        const descriptor = Reflect.getOwnPropertyDescriptor(target, key)
        quietly(key, 'has', descriptor === undefined ? undefined : '')
        return descriptor
      },
    })
    return proxy
  }

  const inside = (path) =>
    typeof path === 'string' && path.startsWith(root) ? path.slice(root.length) : undefined
  const currentTest = () => inside(globalThis['__vitest_worker__']?.filepath)

  let current = traced(realEnv, currentTest)
  const known = new WeakSet([current])
  const wrap = (value, test) => {
    if (typeof value !== 'object' || value === null || known.has(value)) return value
    const made = traced(value, test)
    known.add(made)
    return made
  }
  // tests replace the whole object: what they put there is traced too
  Object.defineProperty(process, 'env', {
    configurable: true,
    enumerable: true,
    get: () => current,
    set: (value) => {
      current = wrap(value, currentTest)
    },
  })
  syncBuiltinESMExports()
  followJest(wrap, inside)
}

/**
 * Jest gives each test file a `process` of its own with a copy of the environment. That copy is wrapped where Jest makes
 * it; the property stays what it is there, since Jest's own `replaceProperty` asks for it.
 *
 * @param {(value: unknown, test: () => string | undefined) => unknown} wrap
 * @param {(path: unknown) => string | undefined} inside
 */
function followJest(wrap, inside) {
  const load = Module['_load']
  if (typeof load !== 'function') return
  const wrapped = new WeakMap()
  Module['_load'] = function (...args) {
    const loaded = Reflect.apply(load, this, args)
    if (args[0] !== 'jest-util' || typeof loaded !== 'object' || loaded === null) return loaded
    const known = wrapped.get(loaded)
    if (known !== undefined) return known
    const install = Reflect.get(loaded, 'installCommonGlobals')
    if (typeof install !== 'function') return loaded
    const installCommonGlobals = (sandbox, ...rest) => {
      const answer = Reflect.apply(install, undefined, [sandbox, ...rest])
      try {
        const test = () => inside(sandbox.expect?.getState?.().testPath)
        const own = sandbox.process
        own.env = wrap(own.env, test)
        sandbox.process = new Proxy(own, {
          defineProperty: (target, key, descriptor) =>
            Reflect.defineProperty(
              target,
              key,
              key === 'env' && 'value' in descriptor
                ? { ...descriptor, value: wrap(descriptor.value, test) }
                : descriptor,
            ),
        })
      } catch {
        // a Jest that does this in another way is not followed
      }
      return answer
    }
    const made = Object.create(loaded, {
      installCommonGlobals: { value: installCommonGlobals, enumerable: true },
    })
    wrapped.set(loaded, made)
    return made
  }
}
