/**
 * Who may talk to the server. Both ports ask here, before anything of a request is read.
 */
import { hash, timingSafeEqual } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'

import { AftergreenError } from '../errors.ts'

export interface AdmissionRules {
  /** The server listens on a loopback address only: a request must then name a loopback host. */
  loopback: boolean
  /** When set, every request must carry it. */
  token: string | undefined
}

/**
 * Why a request with these headers is refused, or null where it is admitted.
 *
 * On loopback the `Host` header must name this machine: a page of another site whose name was made to resolve to
 * 127.0.0.1 (DNS rebinding) carries its own name there. A token is taken as `Authorization: Bearer TOKEN` or, so that
 * a browser can ask for it by itself, as the password of HTTP Basic (RFC 7617).
 */
export function refusal(
  headers: IncomingHttpHeaders,
  rules: AdmissionRules,
): AftergreenError | null {
  if (rules.loopback && !namesThisMachine(headers.host)) {
    return new AftergreenError(
      'FORBIDDEN_HOST',
      'This server answers only to the name of this machine.',
      {
        hint: 'Use http://127.0.0.1 or http://localhost with the port of the server; for other machines start it with --listen and AFTERGREEN_TOKEN.',
      },
    )
  }
  if (rules.token !== undefined && !carriesToken(headers.authorization, rules.token)) {
    return new AftergreenError('UNAUTHORIZED', 'This server asks for a token.', {
      hint: 'Send the header "Authorization: Bearer TOKEN" with the value of AFTERGREEN_TOKEN that the server was started with.',
    })
  }
  return null
}

/** Whether an address that a server listens on can be reached from this machine only. */
export function isLoopback(address: string): boolean {
  const name = address.toLowerCase().replace(/^\[|\]$/g, '')
  return (
    name === 'localhost' ||
    name.endsWith('.localhost') ||
    name === '::1' ||
    /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(name)
  )
}

function namesThisMachine(host: string | undefined): boolean {
  if (host === undefined || /[\s/@?#\\]/.test(host)) return false
  const url = URL.parse(`http://${host}`)
  return url !== null && isLoopback(url.hostname)
}

function carriesToken(authorization: string | undefined, token: string): boolean {
  const offered = offeredToken(authorization)
  // Hashes have one length: the comparison tells nothing about the token, not even how long it is.
  return offered !== null && timingSafeEqual(digest(offered), digest(token))
}

function offeredToken(authorization: string | undefined): string | null {
  const [, scheme, credentials] = /^(bearer|basic) +(\S+) *$/i.exec(authorization ?? '') ?? []
  if (scheme === undefined || credentials === undefined) return null
  if (scheme.toLowerCase() === 'bearer') return credentials
  const pair = Buffer.from(credentials, 'base64').toString('utf8')
  const colon = pair.indexOf(':')
  return colon < 0 ? null : pair.slice(colon + 1)
}

function digest(text: string): Buffer {
  return hash('sha256', text, 'buffer')
}
