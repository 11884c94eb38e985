/** What a wrong value may do, told by what the value is handed to and by words of the key's name. Data; always a guess. */
import type { EffectClass } from '../config-finding.ts'

export interface SinkPattern {
  effect: EffectClass
  /** Held against what a read is handed to, as written: `new Stripe`, `createTransport`, `rejectUnauthorized`. */
  sink: RegExp
  /** `a payment client`. */
  what: string
}

/** Worst first: the first that fits counts. */
export const sinkPatterns: readonly SinkPattern[] = [
  {
    effect: 'money',
    sink: /stripe|paypal|braintree|adyen|razorpay|mollie|paddle|chargebee|recurly|squareup|lemonsqueezy|gocardless|payment|checkout|billing|invoice/i,
    what: 'a payment client',
  },
  {
    effect: 'auth',
    sink: /rejectUnauthorized|InsecureSkipVerify|verify_?(ssl|tls|peer|none)|ssl_?verify|createCipher|createHmac|createSecretKey|\bjwt|jsonwebtoken|\bsign(In|er|ature|ed)?\b|passport|oauth|openid|oidc|saml|session|cookie|csrf|cors|bcrypt|encrypt|decrypt/i,
    what: 'something that decides who gets in',
  },
  {
    effect: 'data-loss',
    sink: /\bpg\b|new Pool|postgres|mysql|mariadb|sequelize|typeorm|prisma|knex|mongo|sqlite|sqlalchemy|create_engine|gorm|sql\.Open|DriverManager|dynamodb|cassandra|clickhouse|S3Client|boto3|bucket|backup|migrate|drop_?table|truncate|purge/i,
    what: 'a database or a store of files',
  },
  {
    effect: 'privacy',
    sink: /createTransport|nodemailer|sendgrid|mailgun|postmark|smtp|\bmail(er)?\b|twilio|sentry|posthog|mixpanel|segment|analytics|datadog|newrelic/i,
    what: 'something that sends data or mail to people',
  },
  {
    effect: 'availability',
    sink: /fetch|axios|https?\.(get|request)|HttpClient|RestTemplate|WebClient|requests?\.|urlopen|new URL|listen|createServer|redis|kafka|amqp|nats|grpc|setTimeout|timeout|connect/i,
    what: 'an outbound call, a server or a queue',
  },
]

/** The last word of a key that tunes something: it slows or stops it, and does not lose money or data. */
export const tuningWords: ReadonlySet<string> = new Set([
  'timeout', 'pool', 'poolsize', 'retries', 'retry', 'attempts', 'size', 'limit', 'max', 'min', 'workers', 'threads', 'concurrency', 'interval',
  'delay', 'backoff', 'port', 'replicas', 'memory', 'cpu', 'batch', 'buffer', 'connections', 'rate', 'burst', 'ms', 'seconds', 'minutes',
]) // prettier-ignore

/** Words of keys that change how something looks or what is written down about it. */
export const cosmeticWords: ReadonlySet<string> = new Set([
  'log', 'logging', 'loglevel', 'verbose', 'verbosity', 'theme', 'title', 'banner', 'logo', 'color', 'colour', 'locale', 'language', 'lang',
  'timezone', 'tz', 'footer', 'favicon', 'branding', 'motd', 'greeting', 'editor', 'pager',
]) // prettier-ignore
