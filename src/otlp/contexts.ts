import type { Arena } from './arena.ts'
import { AttributeSet, sameValue } from './attribute-set.ts'
import { boolType, doubleType, intType, jsonType, stringType } from './attribute-type.ts'
import { NumberColumn, releaseColumn, WordColumn } from './columns.ts'
import { integerText } from './integer-text.ts'
import type { Interner } from './interner.ts'
import { doubleOf } from './number-text.ts'

/** The keys with columns of their own in every table. They are the first of a batch: their numbers are these positions. */
export const originKeys = [
  'service.name',
  'service.version',
  'deployment.environment.name',
  'deployment.environment',
  'service.instance.id',
] as const
const [serviceKey, versionKey, environmentKey, oldEnvironmentKey, instanceKey] = [0, 1, 2, 3, 4]

/**
 * What the rows of one resource and scope have in common, kept once: the origin columns and the attributes. The attributes
 * of the scope come first; where the resource has another value for the same key, that one is kept as `resource.<key>`.
 */
export class Contexts {
  readonly origin = {
    service: new WordColumn(),
    serviceVersion: new WordColumn(),
    environment: new WordColumn(),
    serviceInstance: new WordColumn(),
    scopeName: new WordColumn(),
    scopeVersion: new WordColumn(),
    scopeSchemaUrl: new WordColumn(),
    resourceSchemaUrl: new WordColumn(),
  }
  /** How many attributes the sender left out of the resource and of the scope. */
  readonly dropped = {
    resourceDroppedAttributes: new NumberColumn(new Uint32Array(0)),
    scopeDroppedAttributes: new NumberColumn(new Uint32Array(0)),
  }
  readonly attributes = new AttributeSet()
  /** For each context: where the attributes of its scope end and those of its resource begin. */
  readonly scopeEnds = new WordColumn()
  readonly ends = new WordColumn()
  /** For each context: what its attributes take in every row. */
  readonly bytes = new NumberColumn(new Float64Array(0))
  /** The resource and the scope being read. */
  readonly resource = new AttributeSet()
  readonly scope = new AttributeSet()
  resourceSchemaUrl = 0
  resourceDropped = 0
  scopeName = 0
  scopeVersion = 0
  scopeSchemaUrl = 0
  scopeDropped = 0

  readonly #arena: Arena
  readonly #words: Interner
  readonly #keys: Interner

  constructor(arena: Arena, words: Interner, keys: Interner) {
    this.#arena = arena
    this.#words = words
    this.#keys = keys
  }

  get length(): number {
    return this.ends.length
  }

  beginResource(): void {
    this.resource.truncate(0)
    this.resourceSchemaUrl = this.#words.intern(0, 0)
    this.resourceDropped = 0
  }

  beginScope(): void {
    this.scope.truncate(0)
    this.scopeName = this.scopeVersion = this.scopeSchemaUrl = this.#words.intern(0, 0)
    this.scopeDropped = 0
  }

  /** Closes the resource and the scope that were read; the rows that follow belong to them. */
  open(): void {
    const { attributes, resource, scope, origin, dropped } = this
    const environment = resource.find(environmentKey) < 0 ? oldEnvironmentKey : environmentKey
    origin.service.push(this.#word(serviceKey))
    origin.serviceVersion.push(this.#word(versionKey))
    origin.environment.push(this.#word(environment))
    origin.serviceInstance.push(this.#word(instanceKey))
    origin.scopeName.push(this.scopeName)
    origin.scopeVersion.push(this.scopeVersion)
    origin.scopeSchemaUrl.push(this.scopeSchemaUrl)
    origin.resourceSchemaUrl.push(this.resourceSchemaUrl)
    dropped.resourceDroppedAttributes.push(this.resourceDropped)
    dropped.scopeDroppedAttributes.push(this.scopeDropped)

    attributes.begin()
    for (let i = 0; i < scope.length; i++) {
      attributes.add(scope.slots[i]! >>> 3, scope.slots[i]! & 7, scope.low[i]!, scope.high[i]!)
    }
    this.scopeEnds.push(attributes.length)
    for (let i = 0; i < resource.length; i++) {
      const key = resource.slots[i]! >>> 3
      const hasColumn =
        key < originKeys.length && (key !== oldEnvironmentKey || environment === oldEnvironmentKey)
      if (!hasColumn) this.addOuter(attributes, resource, i, 'resource.')
    }
    this.ends.push(attributes.length)
    this.bytes.push(this.#attributeBytes())
  }

  /** What the attributes of the last context take. */
  #attributeBytes(): number {
    const { attributes, ends } = this
    let bytes = 0
    const start = ends.length === 1 ? 0 : ends.data[ends.length - 2]!
    for (let at = start; at < attributes.length; at++) {
      const type = attributes.slots[at]! & 7
      bytes += 12 + (type === stringType || type === jsonType ? attributes.high[at]! : 0)
    }
    return bytes
  }

  /** Adds an attribute of an outer level to a group: unless it is there already, under its own or a prefixed key. */
  addOuter(to: AttributeSet, from: AttributeSet, at: number, prefix: string): void {
    let key = from.slots[at]! >>> 3
    const inner = to.find(key)
    if (inner >= 0) {
      if (sameValue(this.#arena, to, inner, from, at)) return
      key = this.#keys.internText(prefix + this.#keys.text(key))
      if (to.find(key) >= 0) return
    }
    to.add(key, from.slots[at]! & 7, from.low[at]!, from.high[at]!)
  }

  truncate(length: number): void {
    for (const column of Object.values(this.origin)) column.truncate(length)
    for (const column of Object.values(this.dropped)) column.truncate(length)
    this.attributes.truncate(length === 0 ? 0 : this.ends.data[length - 1]!)
    this.scopeEnds.truncate(length)
    this.ends.truncate(length)
    this.bytes.truncate(length)
  }

  /** Forgets all contexts and gives the memory back. */
  release(): void {
    this.truncate(0)
    for (const set of [this.attributes, this.resource, this.scope]) set.release()
    const { origin, dropped, scopeEnds, ends, bytes } = this
    const all = [...Object.values(origin), ...Object.values(dropped), scopeEnds, ends, bytes]
    for (const column of all) releaseColumn(column)
  }

  get byteSize(): number {
    return this.attributes.byteSize + this.length * 56
  }

  /** The value of a resource attribute as a word; '' where it is absent. */
  #word(key: number): number {
    const at = this.resource.find(key)
    if (at < 0) return this.#words.intern(0, 0)
    const low = this.resource.low[at]!
    const high = this.resource.high[at]!
    const type = this.resource.slots[at]! & 7
    if (type === intType) return this.#words.internText(integerText(low, high))
    if (type === boolType) return this.#words.internText(low === 0 ? 'false' : 'true')
    if (type !== doubleType) return this.#words.intern(low, high)
    return this.#words.internText(String(doubleOf(low, high)))
  }
}
