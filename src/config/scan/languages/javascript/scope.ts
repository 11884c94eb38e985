import type { LiftedNode } from './lifted-node.ts'

/** What a name of a scope is bound to. */
export interface LocalName {
  /** Name of the symbol in the file's facts: the name itself at the top, else with the place of its declaration. */
  symbol: string
  kind: 'variable' | 'parameter' | 'import' | 'function' | 'class' | 'each' | 'key'
  /** Of a parameter. */
  of?: LocalFunction
  index?: number
  /** Of a variable: what it was declared with. */
  init?: LiftedNode
  /** Of `each`: the names that it goes through. */
  each?: LiftedNode
  scope?: Scope
}

/** A function as far as looking up keys goes. */
export interface LocalFunction {
  symbol: string
  node: LiftedNode
}

export interface Scope {
  names: Map<string, LocalName>
  parent: Scope | undefined
  /** What `this` stands for. */
  self: string[] | undefined
  function: LocalFunction | undefined
}

export function openScope(parent: Scope | undefined, own: Partial<Scope> = {}): Scope {
  return { names: new Map(), parent, self: parent?.self, function: parent?.function, ...own }
}

export function lookUp(scope: Scope, name: string): LocalName | undefined {
  for (let at: Scope | undefined = scope; at !== undefined; at = at.parent) {
    const found = at.names.get(name)
    if (found !== undefined) return found
  }
  return undefined
}

/** Of the top scope the name itself, so that other files and paths can speak of it. */
export const symbolName = (scope: Scope, name: string, at: LiftedNode): string =>
  scope.parent === undefined ? name : `${name}@${at.start}`
