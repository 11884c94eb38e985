/** Options of command lines that name a key: `@click.option('--port', envvar='PORT')`. */
import type { Node } from 'web-tree-sitter'
import type { FactsDraft } from '../shared/facts-draft.ts'
import type { KeyText } from '../shared/key-text.ts'
import { pythonLiteral, pythonType } from './python-context.ts'
import type { PythonNames } from './python-names.ts'

/** Options of command lines and settings that name a key of the environment. */
const keyOptions = new Set(['envvar', 'env_var'])

export function keyedOptions(given: readonly Node[], names: PythonNames, draft: FactsDraft): void {
  for (const one of given) {
    if (one.type !== 'keyword_argument') continue
    const name = one.childForFieldName('name')?.text ?? ''
    const value = one.childForFieldName('value')
    if (!value || !(keyOptions.has(name) || name === 'auto_envvar_prefix')) continue
    const list = value.type === 'list' || value.type === 'tuple'
    const texts = list ? names.elements(value, undefined) : names.texts(value)
    if (value.type === 'none') continue
    const standIn = given
      .find(
        (other) =>
          other.type === 'keyword_argument' && other.childForFieldName('name')?.text === 'default',
      )
      ?.childForFieldName('value')
    const type = given
      .find(
        (other) =>
          other.type === 'keyword_argument' && other.childForFieldName('name')?.text === 'type',
      )
      ?.childForFieldName('value')?.text
    const literal = pythonLiteral(standIn)
    draft.lookUp(
      one,
      { tier: 'binding' },
      name === 'auto_envvar_prefix' ? texts.map((text): KeyText => [...text, '_', null]) : texts,
      {
        via: name,
        type: pythonType(type),
        ...(standIn && standIn.type !== 'none' && literal !== undefined
          ? { default: { literal, forEmpty: false } }
          : {}),
      },
    )
  }
}
