import type { TextRange } from './card-numbers.ts'
import type { PatternNode } from './parse-pattern.ts'
import { isWordByte, parsePattern } from './parse-pattern.ts'
import { PatternError } from './pattern-error.ts'

/** Steps of the machine: a byte of a set, a fork, a condition on the place, and the end. */
type Step =
  | { kind: 'bytes'; set: Uint8Array }
  | { kind: 'fork'; to: readonly number[] }
  | { kind: 'where'; where: '^' | '$' | 'b' | 'B' }
  | { kind: 'end' }

/**
 * A regular expression that takes time in proportion to the length of the text, whatever the text: all states that the
 * expression can be in advance together (Thompson, "Regular Expression Search Algorithm", CACM 11(6), 1968).
 */
export class LinearPattern {
  readonly source: string
  readonly #steps: Step[] = []
  /** For every byte: whether a match can begin with it. */
  readonly #first = new Uint8Array(256)
  /** By step: the last position + 1 at which it was added. */
  readonly #seen: Float64Array
  #position = 0

  /** @throws PatternError when the expression is wrong, too large, or uses what cannot be linear */
  constructor(source: string, ignoreCase = false) {
    this.source = source
    this.#compile(parsePattern(source, ignoreCase))
    this.#steps.push({ kind: 'end' })
    this.#seen = new Float64Array(this.#steps.length)
    this.#findFirst()
  }

  /** Every range of bytes that is part of some match, ascending; matches that overlap are one range. */
  findAll(bytes: Uint8Array, from: number, to: number): TextRange[] {
    const found: { start: number; end: number }[] = []
    let states: number[] = []
    let starts: number[] = []
    for (let at = from; at <= to; at++) {
      if (states.length === 0) {
        while (at < to && this.#first[bytes[at]!] === 0) at++
        if (at === to) break
      }
      const nextStates: number[] = []
      const nextStarts: number[] = []
      const add = (step: number, start: number): void => {
        this.#add(step, start, at, bytes, from, to, nextStates, nextStarts, found)
      }
      this.#position++
      for (let i = 0; i < states.length; i++) add(states[i]!, starts[i]!)
      if (at < to && this.#first[bytes[at]!] === 1) add(0, at)
      if (at === to) break
      states = []
      starts = []
      for (let i = 0; i < nextStates.length; i++) {
        const step = this.#steps[nextStates[i]!]!
        if (step.kind === 'bytes' && step.set[bytes[at]!] === 1) {
          states.push(nextStates[i]! + 1)
          starts.push(nextStarts[i]!)
        }
      }
    }
    return found
  }

  /** Adds a step and all that it leads to without a byte. Steps come in the order of their starts: the first one stays. */
  #add(
    first: number,
    start: number,
    at: number,
    bytes: Uint8Array,
    from: number,
    to: number,
    states: number[],
    starts: number[],
    found: { start: number; end: number }[],
  ): void {
    const waiting = [first]
    while (waiting.length > 0) {
      const number = waiting.pop()!
      if (this.#seen[number] === this.#position) continue
      this.#seen[number] = this.#position
      const step = this.#steps[number]!
      if (step.kind === 'fork') waiting.push(...step.to)
      else if (step.kind === 'where') {
        if (holds(step.where, bytes, at, from, to)) waiting.push(number + 1)
      } else if (step.kind === 'end') note(found, start, at)
      else {
        states.push(number)
        starts.push(start)
      }
    }
  }

  #compile(node: PatternNode): void {
    const steps = this.#steps
    if (node.kind === 'bytes') steps.push({ kind: 'bytes', set: node.set })
    else if (node.kind === 'where') steps.push(node)
    else if (node.kind === 'all') for (const part of node.parts) this.#compile(part)
    else if (node.kind === 'any') this.#compileChoice(node.parts)
    else {
      for (let i = 0; i < node.least; i++) this.#compile(node.part)
      if (node.most === Infinity) this.#compileLoop(node.part)
      else {
        const forks: number[] = []
        for (let i = node.least; i < node.most; i++) {
          forks.push(steps.length)
          steps.push({ kind: 'fork', to: [] })
          this.#compile(node.part)
        }
        for (const fork of forks) steps[fork] = { kind: 'fork', to: [fork + 1, steps.length] }
      }
    }
    if (steps.length > maxSteps) throw new PatternError('it is too large')
  }

  #compileLoop(part: PatternNode): void {
    const steps = this.#steps
    const fork = steps.length
    steps.push({ kind: 'fork', to: [] })
    this.#compile(part)
    steps.push({ kind: 'fork', to: [fork] })
    steps[fork] = { kind: 'fork', to: [fork + 1, steps.length] }
  }

  #compileChoice(parts: readonly PatternNode[]): void {
    const steps = this.#steps
    const fork = steps.length
    steps.push({ kind: 'fork', to: [] })
    const entries: number[] = []
    const exits: number[] = []
    for (const part of parts) {
      entries.push(steps.length)
      this.#compile(part)
      exits.push(steps.length)
      steps.push({ kind: 'fork', to: [] })
    }
    steps[fork] = { kind: 'fork', to: entries }
    for (const exit of exits) steps[exit] = { kind: 'fork', to: [steps.length] }
  }

  #findFirst(): void {
    const waiting = [0]
    const seen = new Set<number>()
    while (waiting.length > 0) {
      const number = waiting.pop()!
      if (seen.has(number)) continue
      seen.add(number)
      const step = this.#steps[number]!
      if (step.kind === 'fork') waiting.push(...step.to)
      else if (step.kind === 'where') waiting.push(number + 1)
      else if (step.kind === 'end') throw new PatternError('it matches the empty text')
      else step.set.forEach((isIn, byte) => (this.#first[byte]! |= isIn))
    }
  }
}

const maxSteps = 2000

function holds(
  where: '^' | '$' | 'b' | 'B',
  bytes: Uint8Array,
  at: number,
  from: number,
  to: number,
): boolean {
  if (where === '^') return at === from
  if (where === '$') return at === to
  const before = at > from && isWordByte(bytes[at - 1]!)
  const after = at < to && isWordByte(bytes[at]!)
  return (before !== after) === (where === 'b')
}

/** Matches are found in the order of their ends. */
function note(found: { start: number; end: number }[], start: number, end: number): void {
  let first = start
  while (found.length > 0 && found.at(-1)!.end > first) first = Math.min(first, found.pop()!.start)
  found.push({ start: first, end })
}
