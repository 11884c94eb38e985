/** `new Proxy(process.env, ...)`, `new EnvironmentPlugin(...)`. */
import { addRead, type FileScan } from './file-scan.ts'
import { listKeys } from './key-names-in.ts'
import { keyName } from './object-literals.ts'
import { fieldOf, type LiftedNode, literalValue, unwrap } from './lifted-node.ts'
import { isFunction, placeSymbol } from './meanings.ts'
import { pathOf } from './paths.ts'
import type { Scope } from './scope.ts'

const upper = /^_*[A-Z][A-Z0-9_]+$/

/** `new Proxy(environment, { get(target, name) {...} })`: what stands for the environment in the handler. */
export function proxied(scan: FileScan, args: readonly LiftedNode[], scope: Scope): void {
  const [target, handler] = args
  const from = target === undefined ? undefined : pathOf(target, scope)
  if (from === undefined || handler?.type !== 'object') return
  for (const member of handler.children) {
    const trap = member.type === 'method_definition' ? member : fieldOf(member, 'value')
    if (trap === undefined || !isFunction(trap) || !/^(get|has)$/.test(keyName(member) ?? ''))
      continue
    scan.facts.handovers ??= []
    scan.facts.handovers.push({
      to: [placeSymbol(trap)],
      argument: 0,
      ...(from.length === 0 ? {} : { from }),
    })
  }
}

/** webpack's `new EnvironmentPlugin(['KEY'])` and `({ KEY: 'default' })`. */
export function plugin(scan: FileScan, options: LiftedNode | undefined, scope: Scope): void {
  if (options === undefined) return
  const list = unwrap(options)
  if (list.type === 'object') {
    for (const pair of list.children) {
      const key = keyName(pair)
      const literal = literalValue(fieldOf(pair, 'value'))
      if (key !== undefined && upper.test(key)) {
        addRead(scan, pair, {
          key,
          tier: 'binding',
          phase: 'build',
          default: { literal, forEmpty: false },
        })
      }
    }
    return
  }
  for (const key of listKeys(list, scope, undefined).keys) {
    addRead(scan, list, { key, tier: 'binding', phase: 'build' })
  }
}
