/** Hosts inside values, and what kind of place they are. */

/** The machine itself; something inside a network; a name that nobody may own; a tunnel to a workstation; else `public`. */
export type HostClass = 'loopback' | 'private' | 'example' | 'tunnel' | 'public'

export interface UrlParts {
  scheme: string
  host: string
  port: string
  user: string
  password: string
  path: string
  query: ReadonlyMap<string, string>
}

/** Parts of a URL of any scheme, also with several hosts (the first counts); undefined where the text is none. */
export function urlOf(text: string): UrlParts | undefined {
  const match =
    /^(?:jdbc:)?([a-z][a-z0-9+.-]{1,40}):\/\/(?:([^@/?#]*)@)?(\[[^\]/]*\]|[^/?#:,;]*)(?::([^/?#,;]*))?[^/?#]*([^?#]*)(?:\?([^#]*))?/i.exec(
      text.trim().slice(0, 4096),
    )
  if (match === null) return undefined
  const [, scheme = '', credentials = '', host = '', port = '', path = '', search = ''] = match
  const colon = credentials.indexOf(':')
  const query = new Map<string, string>()
  for (const part of search.split('&')) {
    const equals = part.indexOf('=')
    if (equals > 0) query.set(part.slice(0, equals).toLowerCase(), part.slice(equals + 1))
  }
  return {
    scheme: scheme.toLowerCase(),
    host: host.replaceAll(/[[\]]/g, '').toLowerCase(),
    port,
    user: colon < 0 ? credentials : credentials.slice(0, colon),
    password: colon < 0 ? '' : credentials.slice(colon + 1),
    path,
    query,
  }
}

/** The host of a URL, of `host:port`, or of a bare host; undefined where the text is no single one of them. */
export function hostOf(text: string): string | undefined {
  const url = urlOf(text)
  if (url !== undefined) return url.host === '' ? undefined : url.host
  const trimmed = text.trim().toLowerCase()
  if (trimmed === '::1' || trimmed === '[::1]') return '::1'
  const bare = /^([a-z0-9](?:[a-z0-9_.-]{0,250}[a-z0-9])?)(?::\d{1,5})?(?:\/.*)?$/.exec(
    trimmed,
  )?.[1]
  if (bare === undefined) return undefined
  return bare === 'localhost' || bare.includes('.') ? bare : undefined
}

export function hostClass(host: string): HostClass {
  const name = host.toLowerCase().replace(/\.$/, '')
  if (
    /^(localhost|(.+\.)?localhost|127(\.\d{1,3}){3}|::1|0\.0\.0\.0|localhost\.localdomain)$/.test(
      name,
    )
  ) {
    return 'loopback'
  }
  if (
    /^(.+\.)?(example\.(com|org|net)|example|invalid|test|yourdomain\.\w+|your-?domain\.\w+|mydomain\.\w+|domain\.tld)$/.test(
      name,
    )
  ) {
    return 'example'
  }
  if (
    /\.(ngrok\.io|ngrok\.app|ngrok-free\.(app|dev)|loca\.lt|localtunnel\.me|trycloudflare\.com|serveo\.net)$/.test(
      name,
    )
  ) {
    return 'tunnel'
  }
  if (isPrivateAddress(name)) return 'private'
  if (!name.includes('.') || /\.(local|internal|lan|home|corp|cluster|svc|docker)$/.test(name))
    return 'private'
  return /\.svc(\.|$)/.test(name) ? 'private' : 'public'
}

const isPrivateAddress = (host: string): boolean =>
  /^(10(\.\d{1,3}){3}|192\.168(\.\d{1,3}){2}|172\.(1[6-9]|2\d|3[01])(\.\d{1,3}){2}|169\.254(\.\d{1,3}){2}|f[cd][0-9a-f]{2}:.*|fe80:.*|host\.docker\.internal)$/.test(
    host,
  )

/** Words of a host, without its registered name: `api-staging.eu.shop.com` -> api, staging, eu. */
export function hostWords(host: string): string[] {
  if (isPrivateAddress(host) || /^[\d.:a-f]+$/.test(host)) return []
  const labels = host.split('.')
  const own = labels.length > 2 ? labels.slice(0, -2) : labels.length === 1 ? labels : []
  return own.flatMap((label) => label.split('-'))
}
