import type { FactRead, FileFacts, Meaning, Place, SymbolPath } from '../../file-facts.ts'
import { type LiftedNode } from './lifted-node.ts'

/** What is gathered while a file is walked. */
export interface FileScan {
  facts: FileFacts
  placeOf(offset: number): Place
  /** Expressions that are understood already: the walk does not call them a use of the whole environment. */
  understood: Set<LiftedNode>
  /** Reads by the symbol that got their value, for what it flows into. */
  flows: Map<string, { sink?: string; required?: boolean }[]>
  /** Schemas by the node that they are written as. */
  schemas: Map<LiftedNode, SymbolPath>
}

/** A script part of a larger file begins at `offset` of it. */
export function openFileScan(facts: FileFacts, source: string, offset: number): FileScan {
  const lines = [0]
  for (let i = source.indexOf('\n'); i >= 0; i = source.indexOf('\n', i + 1)) lines.push(i + 1)
  return {
    facts,
    placeOf(at) {
      const target = at + offset
      let low = 0
      let high = lines.length - 1
      while (low < high) {
        const middle = (low + high + 1) >> 1
        if (lines[middle]! <= target) low = middle
        else high = middle - 1
      }
      return { line: low + 1, column: target - lines[low]! + 1 }
    },
    understood: new Set(),
    flows: new Map(),
    schemas: new Map(),
  }
}

export function addSymbol(scan: FileScan, name: string, meaning: Meaning): void {
  scan.facts.symbols.push({ name, meaning })
}

export function addRead(
  scan: FileScan,
  at: Pick<LiftedNode, 'start'>,
  read: Omit<FactRead, 'line' | 'column'>,
): FactRead {
  const whole = { ...scan.placeOf(at.start), ...read }
  scan.facts.reads.push(whole)
  return whole
}

/** At most 80 characters on one line. */
export const shortText = (node: LiftedNode): string =>
  node.text.slice(0, 200).replaceAll(/\s+/g, ' ').slice(0, 80)
