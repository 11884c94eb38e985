import type { Store } from '../store/store.ts'

/**
 * SQL of the path that a call goes to, with numbers and ids replaced by `#`: HTTP client spans carry only the method in
 * their name. Empty where the span has none.
 */
export function callPathSql(store: Pick<Store, 'attribute'>): string {
  const text = (key: string): string => `ifNull(${store.attribute('traces', key, 'string')}, '')`
  const path = `multiIf(${text('url.path')} != '', ${text('url.path')}, ${text('url.full')} != '', path(${text('url.full')}), ${text('http.target')} != '', path(${text('http.target')}), '')`
  return `replaceRegexpAll(${path}, '[0-9a-fA-F]{8,}(-[0-9a-fA-F]{4,})*|[0-9]+', '#')`
}
