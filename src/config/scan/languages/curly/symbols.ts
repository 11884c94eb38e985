import type { FactSymbol, FactUse, Meaning } from '../../file-facts.ts'
import type { CurlyFile, CurlySpec } from './curly-file.ts'
import { isKey } from './key-expression.ts'
import { innermost } from './scopes.ts'

/** Symbols of one file in the making: members of classes by the class's name, functions of the file by their own. */
export class FileSymbols {
  readonly #classes = new Map<string, Record<string, Meaning>>()
  readonly #plain = new Map<string, { meaning: Meaning; exported: boolean }>()
  readonly #file: CurlyFile
  readonly #spec: CurlySpec

  constructor(file: CurlyFile, spec: CurlySpec) {
    this.#file = file
    this.#spec = spec
  }

  /** Whether a name has a meaning in this file. */
  names(name: string): boolean {
    return this.#plain.has(name)
  }

  /** Of overloads the first counts, unless it only asked another function. */
  add(at: number, name: string, meaning: Meaning): void {
    const known = this.#plain.get(name)?.meaning
    if (known?.is === 'accessor' && !known.of && meaning.is === 'accessor') {
      if (meaning.prefix || meaning.suffix) return
      // the overload with a default tells more
      const plainer = (known.prefix ?? known.suffix) !== undefined
      if (
        !plainer &&
        (meaning.defaultParameter === undefined || known.defaultParameter !== undefined)
      )
        return
    }
    const owner = this.#owner(at)
    this.#plain.set(name, { meaning, exported: owner === undefined })
    if (owner === undefined || name === '__proto__') return
    const members = this.#classes.get(owner) ?? {}
    members[name] = meaning
    this.#classes.set(owner, members)
  }

  addWeak(at: number, name: string, meaning: Meaning): void {
    if (meaning.is === 'accessor' && meaning.of?.length === 1 && meaning.of[0] === name) return
    if (!this.#plain.has(name) && name !== this.#owner(at)) this.add(at, name, meaning)
  }

  addConstants(): void {
    const { tokens, constants } = this.#file
    for (const [at, token] of tokens.entries()) {
      if (token.text !== '=' || tokens[at + 1]?.kind !== 'string') continue
      const name = [tokens[at - 1], tokens[at - 3], tokens[at - 4], tokens[at - 6]].find(
        (one) => one?.kind === 'name' && constants.get(one.text) === tokens[at + 1]!.text,
      )
      const text = tokens[at + 1]!.text
      if (name && isKey(text)) this.add(at, name.text, { is: 'text', texts: [text] })
    }
  }

  #owner(at: number): string | undefined {
    const owner = innermost(this.#file.classes, at)
    if (!owner) return undefined
    return owner.name === 'Companion'
      ? innermost(this.#file.classes, owner.at - 1)?.name
      : owner.name
  }

  finish(uses: readonly FactUse[]): FactSymbol[] {
    const symbols: FactSymbol[] = []
    for (const [name, { meaning, exported }] of this.#plain)
      symbols.push({ name, ...(exported && { exported: name }), meaning })
    for (const [name, members] of this.#classes)
      symbols.push({ name, exported: name, meaning: { is: 'object', members } })
    const known = new Set(symbols.map((symbol) => symbol.name))
    const types = this.#types(
      new Set(uses.flatMap((use) => (use.path.length > 1 ? [use.path[0]!] : []))),
    )
    for (const [name, type] of types)
      if (!known.has(name)) symbols.push({ name, meaning: { is: 'same', of: [type] } })
    return symbols
  }

  /** Types of variables, parameters and fields, as far as they are written beside the name. */
  #types(wanted: ReadonlySet<string>): Map<string, string> {
    const { tokens } = this.#file
    const types = new Map<string, string>()
    for (const [at, token] of tokens.entries()) {
      if (token.kind !== 'name' || !wanted.has(token.text) || types.has(token.text)) continue
      const before = tokens[at - 1]
      const after = tokens[at + 1]
      if (this.#spec.style === 'name-first') {
        const value = tokens[at + 2]
        if (after?.text === ':' && value?.kind === 'name') types.set(token.text, value.text)
        else if (
          after?.text === '=' &&
          value?.kind === 'name' &&
          /^[A-Z]/.test(value.text) &&
          tokens[at + 3]?.text === '('
        )
          types.set(token.text, value.text)
      } else if (
        before?.kind === 'name' &&
        /^[A-Z]/.test(before.text) &&
        /^[=;,)]$/.test(after?.text ?? '')
      )
        types.set(token.text, before.text)
    }
    return types
  }
}
