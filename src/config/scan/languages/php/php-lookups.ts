/** Reads in PHP code: the environment itself, frameworks, and calls that may turn out to be accessors. */
import type { Node } from 'web-tree-sitter'
import { FactsDraft, type ReadDetails } from '../shared/facts-draft.ts'
import { literalOf, looksLikeKey, type KeyText } from '../shared/key-text.ts'
import { prefixesAsked } from '../shared/prefixes-asked.ts'
import { contextOf } from '../shared/read-context.ts'
import { phpLiteral, phpStep } from './php-context.ts'
import { memberOf, type PhpNames } from './php-names.ts'

/** What a web server or the command line puts into `$_SERVER` (RFC 3875 and the PHP manual). */
const serverNames =
  /^(HTTP_.*|HTTPS|REQUEST_.*|SERVER_.*|REMOTE_.*|SCRIPT_.*|PATH_(INFO|TRANSLATED)|ORIG_PATH_INFO|QUERY_STRING|DOCUMENT_ROOT|CONTENT_(TYPE|LENGTH)|GATEWAY_INTERFACE|PHP_(SELF|AUTH_.*)|AUTH_TYPE|REDIRECT_.*|CONTEXT_.*|SSL_.*|argv|argc|FCGI_ROLE|UNIQUE_ID)$/

export class PhpLookups {
  readonly #draft: FactsDraft
  readonly #names: PhpNames

  constructor(draft: FactsDraft, names: PhpNames) {
    this.#draft = draft
    this.#names = names
  }

  call(node: Node): void {
    const given = (node.childForFieldName('arguments')?.namedChildren ?? []).filter(
      (one) => one.type === 'argument',
    )
    const path = this.#names.path(node)
    if (!path) return
    const name = path.at(-1)!
    const lower = name.toLowerCase()
    const asValue = node.childForFieldName('arguments')?.text.replaceAll(/\s/g, '') === '(...)'
    if (path.length === 1 && (lower === 'getenv' || lower === 'apache_getenv')) {
      if (asValue || given.length === 0) return this.#whole(node)
      return this.#draft.lookUp(
        node,
        { tier: 'direct' },
        this.#names.texts(given[0]),
        this.#details(node, undefined),
      )
    }
    if (
      path.length === 1 &&
      lower === 'array_key_exists' &&
      /^\$_(ENV|SERVER)$/.test(given[1]?.text ?? '')
    )
      return this.#server(node, given[1]!.text, given[0]!, {})
    if (asValue || given.length === 0) return
    const details = this.#details(node, given[1])
    const framework =
      (path.length === 1 && lower === 'env') ||
      (path.length === 2 &&
        ((path[0] === 'Env' && lower === 'get') || lower === 'getenv' || lower === 'env'))
    const texts = this.#names.texts(given[0])
    const own = path[0] === this.#names.ownClass?.path?.[0]
    const known = literalOf(texts)
    if (framework && !own && (known === undefined || looksLikeKey(known)))
      this.#draft.lookUp(node, { tier: 'accessor' }, texts, { ...details, via: path.join('::') })
    const values = given
      .slice(0, 6)
      .map((one) => ({ texts: this.#names.texts(one), literal: phpLiteral(one) }))
    if (
      !/^(define|defined|constant|in_array|sprintf|str_replace|implode|explode|ini_set|header)$/.test(
        lower,
      )
    )
      this.#draft.call(node, path, values, () => this.#details(node, undefined))
  }

  #details(node: Node, standIn: Node | undefined): ReadDetails {
    const context = contextOf(node, phpStep)
    const details: ReadDetails = { type: context.type, sink: context.sink }
    const written = standIn?.namedChildren.at(-1) ?? context.default?.node
    if (!written || /^null$/i.test(written.text)) return details
    const texts = written.type === 'variable_name' ? this.#names.texts(written) : []
    const part = texts.length === 1 && texts[0]!.length === 1 ? texts[0]![0] : undefined
    if (part && typeof part === 'object' && 'parameter' in part)
      return { ...details, defaultParameter: part.parameter }
    const literal = phpLiteral(written)
    // `?: throw new ...`
    if (written.type.startsWith('throw')) return { ...details, required: true }
    const type =
      details.type ??
      (written.type === 'boolean' ? 'boolean' : written.type === 'integer' ? 'integer' : undefined)
    return {
      ...details,
      type,
      default: { literal, forEmpty: standIn ? false : (context.default?.forEmpty ?? false) },
    }
  }

  subscript(node: Node): void {
    const [of, index] = node.namedChildren
    if (!of || !/^\$_(ENV|SERVER)$/.test(of.text)) return
    const { parent } = node
    if (
      parent?.type === 'assignment_expression' &&
      parent.childForFieldName('left')?.id === node.id
    )
      return
    if (parent?.type === 'unset_statement' || !index) return
    this.#server(node, of.text, index, this.#details(node, undefined))
  }

  #server(node: Node, of: string, index: Node, details: ReadDetails): void {
    const texts = this.#names.texts(index).filter((text) => {
      const key = literalOf([text])
      return of === '$_ENV' || key === undefined || (!serverNames.test(key) && looksLikeKey(key))
    })
    // a key of `$_SERVER` that nobody can tell is a header more often than not
    const told = of === '$_ENV' ? texts : texts.filter((text) => !text.includes(null))
    if (told.length > 0) this.#draft.lookUp(node, { tier: 'direct' }, told, details)
  }

  /** `'envVariable' => 'KEY'`: a table of variables that other code runs through; it says itself what it names. */
  element(node: Node): void {
    const [name, value] = node.namedChildren
    if (!value || !/^['"]env(ironment)?[_-]?var(iable)?([_-]?name)?['"]$/i.test(name?.text ?? ''))
      return
    const key = phpLiteral(value)
    if (key === undefined || !looksLikeKey(key)) return
    const standIn = memberOf(node.parent, 'default')
    this.#draft.lookUp(node, { tier: 'binding' }, [[key]], {
      via: name!.text.slice(1, -1),
      ...(standIn && phpLiteral(standIn) !== undefined
        ? { default: { literal: phpLiteral(standIn), forEmpty: false } }
        : {}),
      ...(memberOf(node.parent, 'required')?.text === 'true' ? { required: true } : {}),
    })
  }

  /** `%env(int:KEY)%` of Symfony. */
  text(node: Node): void {
    const { text } = node
    if (text.length > 10_000 || !text.includes('%env(')) return
    for (const [, chain] of text.matchAll(/%env\(([^()%]+)\)%/g)) {
      const parts = chain!.split(':')
      const key = parts.at(-1)!
      const [type] = parts.length > 1 ? parts : []
      this.#draft.lookUp(node, { tier: 'reference' }, [[key]], {
        type:
          type === 'int'
            ? 'integer'
            : type === 'bool'
              ? 'boolean'
              : type === 'json'
                ? 'json'
                : type === 'csv'
                  ? 'list'
                  : undefined,
        via: '%env()%',
      })
    }
  }

  /** `#[Autowire(env: 'int:KEY')]` of Symfony. */
  attribute(node: Node): void {
    const key =
      /^\W*(?:\w*\\)*Autowire\w*\s*\([^]*?\benv:\s*['"](?:[\w:]*:)?([A-Za-z_]\w*)['"]/.exec(
        node.text.slice(0, 1000),
      )?.[1]
    if (key !== undefined)
      this.#draft.lookUp(node, { tier: 'binding' }, [[key]], { via: 'Autowire' })
  }

  /** `$_ENV` where it is not indexed. */
  whole(node: Node): void {
    if (node.text !== '$_ENV') return
    const { parent } = node
    if (!parent || parent.type === 'subscript_expression') return
    if (parent.type === 'argument' && parent.parent?.parent?.text.startsWith('array_key_exists'))
      return
    this.#whole(parent)
  }

  /** Every name is held against a prefix, or nobody can tell. */
  #whole(node: Node): void {
    const prefixes = prefixesAsked(node, /^(program|compound_statement|declaration_list)$/)
    if (prefixes.length === 0) return this.#draft.wholeObject(node)
    this.#draft.lookUp(
      node,
      { tier: 'alias' },
      prefixes.map((prefix): KeyText => [prefix, null]),
    )
  }
}
