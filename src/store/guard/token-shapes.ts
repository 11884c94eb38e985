import type { Report } from './text-edit.ts'
import { redacted } from './text-edit.ts'

/** Something secret that is known by its form wherever it stands. */
export interface ShapeRule {
  readonly name: string
  /** The text without it. Takes time in proportion to the length of the text. */
  redact(text: string, report: Report): string
}

/** A rule that takes out every match of which `isSecret` is true. */
function shape(name: string, pattern: RegExp, isSecret = (_match: string) => true): ShapeRule {
  return {
    name,
    redact: (text, report) =>
      text.replace(pattern, (match: string) => {
        if (!isSecret(match)) return match
        report(name)
        return redacted(name)
      }),
  }
}

/** A JSON Web Token or encryption (RFC 7519, 7516): its first part is the base64url of `{"`. */
const jwt: ShapeRule = {
  name: 'jwt',
  redact: (text, report) =>
    text.replace(/[A-Za-z0-9_.-]{16,}/g, (run) => {
      if (!run.includes('eyJ')) return run
      const parts = run.split('.')
      for (let i = 0; i + 1 < parts.length; i++) {
        const at = parts[i]!.indexOf('eyJ')
        if (at < 0 || parts[i]!.length - at < 8 || parts[i + 1]!.length < 4) continue
        const before = [...parts.slice(0, i), parts[i]!.slice(0, at)].join('.')
        report('jwt')
        return before + redacted('jwt') + (run.endsWith('.') ? '.' : '')
      }
      return run
    }),
}

/** `Bearer …` and `Basic …` (RFC 6750, 7617), wherever they stand. */
const schemes: ShapeRule = {
  name: 'authorization',
  redact: (text, report) =>
    text.replace(
      /(?<![A-Za-z0-9])(bearer|basic)((?:[ \t]|%20|\+){1,4})([A-Za-z0-9._~+/=%-]{6,})/gi,
      (match, scheme: string, gap: string, content: string) => {
        const isBasic = scheme.toLowerCase() === 'basic'
        if (!(isBasic ? isUserAndPassword(content) : isRandom(content))) return match
        report('authorization')
        return scheme + gap + redacted('authorization')
      },
    ),
}

const isUserAndPassword = (content: string): boolean =>
  /^[ -9;-~]*:/.test(Buffer.from(content.slice(0, 4096), 'base64').toString('latin1'))

/** Not a word of English: "bearer authentication" stays. */
const isRandom = (content: string): boolean =>
  content.length > 16 || /[0-9._~+/=]|.[A-Z]/.test(content)

/** `user:password@` of URLs, and of the address form `user:password@tcp(host)`. */
const urlCredentials: ShapeRule = {
  name: 'url-credentials',
  redact: (text, report) => {
    const take = (_match: string, before: string, after: string): string => {
      report('url-credentials')
      return before + redacted('url-credentials') + after
    }
    return text
      .replace(/(:\/\/[^\s/?#:@"'<>]{0,256}:)(?!\[redacted:)[^\s/?#"'<>]{1,512}(@)/g, take)
      .replace(
        /((?<![^\s"'=])[^\s/:@"'=]{1,64}:)(?!\[redacted:)[^\s"'/]{1,256}(@(?:tcp|unix)\()/g,
        take,
      )
  },
}

const end = '(?![A-Za-z0-9])'
const begin = '(?<![A-Za-z0-9])'

/** In the order in which they are applied. */
export const shapeRules: readonly ShapeRule[] = [
  shape(
    'private-key',
    /-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----[\s\S]*?(?:-----END [A-Z0-9 ]{0,40}(?:-----)?|$)/g,
  ),
  jwt,
  shape('aws-key', new RegExp(`${begin}(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16}${end}`, 'g')),
  shape('github-token', /(?:gh[pousr]_[A-Za-z0-9]{20,255}|github_pat_[A-Za-z0-9_]{20,255})/g),
  shape('slack-token', /(?:xox[a-z]-[A-Za-z0-9-]{8,255}|xapp-[A-Za-z0-9-]{8,255})/g),
  shape('stripe-key', /(?:[sr]k_(?:live|test)_|whsec_)[A-Za-z0-9+/=]{8,255}/g),
  shape('google-key', /AIza[A-Za-z0-9_-]{30,60}/g),
  shape('npm-token', /npm_[A-Za-z0-9]{30,60}/g),
  shape('gitlab-token', /gl(?:pat|dt|rt|cbt|ptt)-[A-Za-z0-9_-]{16,255}/g),
  shape(
    'ai-key',
    new RegExp(`${begin}sk-[A-Za-z0-9_-]{20,255}`, 'g'),
    (match) => /[0-9]/.test(match) && /[A-Za-z]/.test(match.slice(3)),
  ),
  schemes,
  urlCredentials,
]
