/** The whole environment gone through, each name held against tables, literals and prefixes. */
import type { Node } from 'web-tree-sitter'
import type { FactsDraft } from '../shared/facts-draft.ts'
import { literalOf, looksLikeKey, type KeyText } from '../shared/key-text.ts'
import type { PythonNames } from './python-names.ts'

export class PythonMatching {
  readonly #draft: FactsDraft
  readonly #names: PythonNames

  constructor(draft: FactsDraft, names: PythonNames) {
    this.#draft = draft
    this.#names = names
  }

  /** The name of every key of the environment is held against these. */
  told(node: Node, texts: readonly KeyText[]): void {
    const known = texts.filter(([first]) =>
      typeof first === 'string' ? looksLikeKey(first) : first && 'constant' in first,
    )
    if (known.length > 0) this.#draft.lookUp(node, { tier: 'alias' }, known)
  }

  /** `key in TABLE`, `key == 'KEY'`; true where `key` is any key of the environment. */
  comparison(
    node: Node,
    left: Node | undefined,
    operator: string | undefined,
    right: Node | undefined,
  ): boolean {
    if (!right || !isEveryKey(this.#names, left)) return false
    if (operator === 'in') this.told(node, this.#names.elements(right, undefined))
    else if (operator === '==') this.told(node, this.#names.texts(right))
    return true
  }

  /** `TABLE.get(key)` and `key.startswith('APP_')` where `key` is any key of the environment. */
  call(node: Node, callee: Node, first: Node | undefined): void {
    if (callee.type !== 'attribute' || !first) return
    const object = callee.childForFieldName('object')
    const method = callee.childForFieldName('attribute')?.text
    if (method === 'startswith' && isEveryKey(this.#names, object)) {
      const prefixes =
        first.type === 'tuple'
          ? first.namedChildren.flatMap((it) => this.#names.texts(it))
          : this.#names.texts(first)
      const known = prefixes.filter((text) => /^[A-Z][A-Z0-9_]{2,}_$/.test(literalOf([text]) ?? ''))
      const templates = known.map((text): KeyText => [...text, null])
      if (templates.length > 0) this.#draft.lookUp(node, { tier: 'alias' }, templates)
    } else if (method === 'get' && isEveryKey(this.#names, first))
      this.told(node, this.#names.elements(object, undefined))
  }
}

/** True where a name stands for the keys of the whole environment, one after the other. */
export function isEveryKey(names: PythonNames, node: Node | null | undefined): boolean {
  if (node?.type !== 'identifier') return false
  return (names.frames.lookUp(node.text)?.bound ?? []).some((bound) => {
    if (bound.how !== 'element') return false
    let list = bound.node
    for (let i = 0; i < 4 && list.type === 'call'; i++) {
      const callee = list.childForFieldName('function')
      if (callee?.type === 'attribute') {
        const method = callee.childForFieldName('attribute')!.text
        if (method === 'items' ? bound.at !== 0 : method !== 'keys' && method !== 'copy')
          return false
        list = callee.childForFieldName('object')!
      } else if (/^(list|dict|sorted|set|tuple)$/.test(callee?.text ?? '')) {
        const [inner] = list.childForFieldName('arguments')?.namedChildren ?? []
        if (!inner) return false
        list = inner
      } else return false
    }
    return names.qualified(list) === 'os.environ'
  })
}
