import type { LoadedEnvironment } from '../repository/load-environments.ts'
import type { CheckOutcome } from '../rules/check-outcome.ts'
import { componentViews, textOf } from '../rules/check-views.ts'
import { hostOf } from './hosts.ts'
import { keyWords } from './key-nature.ts'
import { findInPack, isOff, type Pack, valuesOf } from './pack.ts'

const mailWords =
  /^(mail|mails|mailer|smtp|email|emails|sendmail|postfix|mailbox|mailgun|sendgrid|postmark|ses|resend)$/
const trap =
  /(^|[.-])(mailtrap|mailhog|mailpit|maildev|mailcatcher|inbucket|smtp4dev|greenmail|fakesmtp|papercut|ethereal|mailslurp|mailosaur)([.:-]|$)/i
const real =
  /(^|\.)(smtp\.sendgrid\.net|smtp\.mailgun\.org|smtp\.eu\.mailgun\.org|smtp\.postmarkapp\.com|smtp\.sparkpostmail\.com|smtp\.resend\.com|in(-v3)?\.mailjet\.com|smtp-relay\.(brevo|sendinblue|gmail)\.com|smtp\.(gmail|office365|mandrillapp|elasticemail|zoho|fastmail|mailersend)\.(com|net)|smtp-mail\.outlook\.com|email-smtp\.[a-z0-9-]+\.amazonaws\.com)$/i
const sink =
  /^(log|logger|array|null|none|console|dummy|locmem|memory|filebased|file|noop|fake|mock|test|preview|stub|json|stream)$/

/** Mail to real people from where nothing is real, and mail to nobody from where it is. */
export const mailPack: Pack = {
  name: 'mail',
  description:
    'real mail servers outside production, mail traps and sinks in production, the port of TLS without TLS',
  check({ environments }, outcome) {
    for (const environment of environments) {
      checkMail(environment, outcome)
      checkPort(environment, outcome)
    }
  },
}

function checkMail(environment: LoadedEnvironment, outcome: CheckOutcome): void {
  const { name, kind } = environment
  if (kind === 'other') return
  for (const { binding, key, text } of valuesOf(environment)) {
    const words = keyWords(key)
    if (!words.some((word) => mailWords.test(word))) continue
    const host =
      hostOf(text) ?? (/^(smtp_?host|.*_(host|server))$/i.test(key) ? text.toLowerCase() : '')
    const last = words.at(-1) ?? ''
    if (kind === 'production') {
      const driver =
        /^(driver|mailer|transport|backend|provider|method|service|type|adapter)$/.test(last)
      const chosen = keyWords(text.split('.').slice(-2).join('.'))
      const trapped = trap.test(host) || (driver && (trap.test(text) || sinks(text, chosen)))
      const sandbox =
        /^(sandbox|sandboxmode)$/.test(words.slice(-1).join('')) && /^(true|1|yes|on)$/i.test(text)
      if (trapped || sandbox) {
        findInPack(outcome, {
          rule: 'mail-sandbox',
          binding,
          effect: 'availability',
          message: `${key} in ${name} hands mail to a trap or a sink: nobody gets it.`,
          hint: 'Put the real mail server in.',
        })
      }
      continue
    }
    if (real.test(host) || /^SG\.[\w-]{16,}\.[\w-]{16,}$/.test(text)) {
      findInPack(outcome, {
        rule: 'mail-real-server',
        severity: 'warning',
        binding,
        effect: 'privacy',
        message: `${key} in ${name} leads to a service that sends real mail: real people may get it.`,
        hint: `Use a mail trap in ${name}, or limit the recipients there.`,
      })
    }
  }
}

/** `log`, `null`; Django's `django.core.mail.backends.console.EmailBackend`. */
function sinks(text: string, lastWords: readonly string[]): boolean {
  if (sink.test(text.toLowerCase())) return true
  return (
    text.includes('.') &&
    lastWords.some((word) => sink.test(word) && !/^(file|json|stream|test)$/.test(word))
  )
}

/** Behind port 465 a server speaks TLS from the first byte: without it nothing is ever sent. */
function checkPort(environment: LoadedEnvironment, outcome: CheckOutcome): void {
  const { name } = environment
  for (const { bindings } of componentViews(environment)) {
    for (const [key, binding] of bindings) {
      const stem = /^(.*_)?PORT$/.exec(key)?.[1]
      if (stem === undefined || !keyWords(stem).some((word) => mailWords.test(word))) continue
      if (textOf(binding)?.trim() !== '465') continue
      const secure = ['SECURE', 'SSL', 'USE_SSL', 'SECURE_ENABLED', 'SSL_ENABLED']
        .map((end) => bindings.get(stem + end))
        .find((it) => it !== undefined)
      if (secure === undefined || !isOff(textOf(secure)?.trim() ?? '')) continue
      findInPack(outcome, {
        rule: 'mail-port-without-tls',
        severity: 'warning',
        binding: secure,
        others: [binding],
        effect: 'availability',
        message: `${secure.key} in ${name} is off, and ${key} is the port of servers that speak TLS at once.`,
        hint: 'Switch it on, or use port 587 with STARTTLS.',
      })
    }
  }
}
