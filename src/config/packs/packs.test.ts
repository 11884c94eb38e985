import { describe, expect, test } from 'vitest'

import { checkTexts, toldBy } from '../rules/check-input.fixture.ts'

type Texts = Parameters<typeof checkTexts>[0]

const live = 'sk_live_51HxqTlQ8ZkVbN3mWc7yR'
const sandbox = 'sk_test_51HxqTlQ8ZkVbN3mWc7yR'
const random = 'h7Gk2pQzX9vB4nM8wR3tY6uL1sD5fJ0a'
const pod = (name: string, value: string): string =>
  `apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec:\n  containers:\n    - name: web\n      env:\n        - name: ${name}\n          ${value}\n`

/** [rule and key, what plants it, the harmless twin]. */
const planted: [string, Texts, Texts][] = [
  ['payment-live-key STRIPE_SECRET_KEY', { staging: `STRIPE_SECRET_KEY=${live}` }, { staging: `STRIPE_SECRET_KEY=${sandbox}` }],
  ['payment-live-key STRIPE_KEY', { development: `STRIPE_KEY=rk_live_51HxqTlQ8ZkVbN3mWc7yR` }, { production: `STRIPE_KEY=rk_live_51HxqTlQ8ZkVbN3mWc7yR` }],
  ['payment-live-key RZP', { test: 'RZP=rzp_live_Hq7sTb91kPzQmA' }, { test: 'RZP=rzp_test_Hq7sTb91kPzQmA' }],
  ['payment-test-key STRIPE_SECRET_KEY', { production: `STRIPE_SECRET_KEY=${sandbox}` }, { production: `STRIPE_SECRET_KEY=${live}` }],
  ['payment-test-key MOLLIE_API_KEY', { prod: 'MOLLIE_API_KEY=test_dHar4XY7LxsDOtmnkVtjNVWXLSlXsM' }, { prod: 'MOLLIE_API_KEY=live_dHar4XY7LxsDOtmnkVtjNVWXLSlXsM' }],
  ['payment-test-key SQUARE_APP_ID', { production: 'SQUARE_APP_ID=sandbox-sq0idb-Aq8xTm' }, { production: 'SQUARE_APP_ID=sq0idp-Aq8xTm' }],
  ['payment-test-mode PAYPAL_API_BASE', { production: 'PAYPAL_API_BASE=https://api-m.sandbox.paypal.com' }, { production: 'PAYPAL_API_BASE=https://api-m.paypal.com' }],
  ['payment-test-mode ADYEN_ENVIRONMENT', { production: 'ADYEN_ENVIRONMENT=TEST' }, { production: 'ADYEN_ENVIRONMENT=LIVE' }],
  ['payment-test-mode BRAINTREE_ENVIRONMENT', { production: 'BRAINTREE_ENVIRONMENT=Sandbox' }, { staging: 'BRAINTREE_ENVIRONMENT=Sandbox' }],
  ['payment-test-mode PAYMENT_PROVIDER', { production: 'PAYMENT_PROVIDER=sandbox' }, { production: 'PAYMENT_PROVIDER=stripe' }],
  ['payment-test-mode PAYPAL_SANDBOX', { production: 'PAYPAL_SANDBOX=true' }, { production: 'PAYPAL_SANDBOX=false' }],
  ['payment-test-mode CHECKOUT_PROCESSOR', { production: 'CHECKOUT_PROCESSOR=mock' }, { production: 'IMAGE_PROCESSOR=mock' }],
  ['payment-test-mode PAYMENTS_DRY_RUN', { production: 'PAYMENTS_DRY_RUN=1' }, { production: 'IMPORT_DRY_RUN=1' }],
  ['payment-live-mode PAYPAL_MODE', { staging: 'PAYPAL_MODE=live' }, { production: 'PAYPAL_MODE=live' }],
  ['payment-live-mode ADYEN_URL', { staging: 'ADYEN_URL=https://1234-shop-checkout-live.adyenpayments.com' }, { staging: 'ADYEN_URL=https://checkout-test.adyen.com' }],
  ['payment-mixed-modes STRIPE_SECRET_KEY', { eu: `STRIPE_SECRET_KEY=${live}\nSTRIPE_PUBLIC=pk_test_51HxqTlQ8ZkVb` }, { eu: `STRIPE_LIVE_KEY=${live}\nSTRIPE_TEST_KEY=${sandbox}` }],
  ['payment-placeholder ADYEN_API_KEY', { production: 'ADYEN_API_KEY=your_api_key_here' }, { production: `ADYEN_API_KEY=AQE${random}` }],
  ['payment-placeholder STRIPE_SECRET_KEY', { production: 'STRIPE_SECRET_KEY=sk_live_xxx' }, { production: `STRIPE_SECRET_KEY=${live}` }],
  ['payment-processor-differs PAYMENT_PROCESSOR', { production: 'PAYMENT_PROCESSOR=adyen', staging: 'PAYMENT_PROCESSOR=stripe' }, { production: 'PAYMENT_PROCESSOR=stripe', staging: 'PAYMENT_PROCESSOR=stripe-test' }],
  ['payment-processor-differs PAYMENT_GATEWAY', { production: 'PAYMENT_GATEWAY=legacy', staging: 'PAYMENT_GATEWAY=orbit' }, { production: 'PAYMENT_GATEWAY=orbit', staging: 'PAYMENT_GATEWAY=sandbox' }],
  ['payment-processor-differs PROVIDER', { production: 'PROVIDER=adyen', staging: 'PROVIDER=stripe' }, { production: 'PROVIDER=azure', staging: 'PROVIDER=aws' }],
  ['payment-test-mode STRIPE_KEY', { production: { 'k.yaml': pod('STRIPE_KEY', 'valueFrom: {secretKeyRef: {name: stripe-test, key: k}}') } }, { production: { 'k.yaml': pod('STRIPE_KEY', 'valueFrom: {secretKeyRef: {name: stripe-live, key: k}}') } }],

  ['mail-sandbox SMTP_HOST', { production: 'SMTP_HOST=sandbox.smtp.mailtrap.io' }, { staging: 'SMTP_HOST=sandbox.smtp.mailtrap.io' }],
  ['mail-sandbox MAIL_MAILER', { production: 'MAIL_MAILER=log' }, { production: 'MAIL_MAILER=smtp' }],
  ['mail-sandbox EMAIL_BACKEND', { production: 'EMAIL_BACKEND=django.core.mail.backends.console.EmailBackend' }, { production: 'EMAIL_BACKEND=django.core.mail.backends.smtp.EmailBackend' }],
  ['mail-real-server SMTP_HOST', { staging: 'SMTP_HOST=smtp.sendgrid.net' }, { production: 'SMTP_HOST=smtp.sendgrid.net' }],

  ['database-host DATABASE_URL', { production: 'DATABASE_URL=postgres://app:h7Gk2pQzX9vB@localhost:5432/shop' }, { production: 'DATABASE_URL=postgres://app:h7Gk2pQzX9vB@db:5432/shop' }],
  ['database-host DB_HOST', { production: 'DB_HOST=db.example.com' }, { production: 'DB_HOST=db.shop.io' }],
  ['database-default-password DATABASE_URL', { production: 'DATABASE_URL=postgres://postgres:postgres@db:5432/shop' }, { development: 'DATABASE_URL=postgres://postgres:postgres@db:5432/shop' }],
  ['database-default-password DB_PASSWORD', { production: 'DB_PASSWORD=password' }, { production: `DB_PASSWORD=${random}` }],
  ['database-no-tls DATABASE_URL', { production: 'DATABASE_URL=postgres://a:h7Gk2pQzX9vB@db.shop.io/x?sslmode=disable' }, { production: 'DATABASE_URL=postgres://a:h7Gk2pQzX9vB@postgres/x?sslmode=disable' }],
  ['database-no-tls DB_SSLMODE', { production: 'DB_SSLMODE=disable' }, { production: 'DB_SSLMODE=require' }],
  ['database-pool DB_POOL_SIZE', { production: 'DB_POOL_SIZE=0' }, { production: 'DB_POOL_SIZE=10' }],
  ['database-pool DB_POOL_MAX', { staging: 'DB_POOL_MAX=50000' }, { staging: 'DB_POOL_TIMEOUT=50000' }],
  ['database-shared DATABASE_URL', { production: 'DATABASE_URL=postgres://a:b7Gk2@db.shop.io/x', staging: 'DATABASE_URL=postgres://a:c7Gk2@db.shop.io/x' }, { production: 'DATABASE_URL=postgres://a:b7Gk2@db.shop.io/x', staging: 'DATABASE_URL=postgres://a:c7Gk2@db.shop.io/y' }],

  ['known-secret JWT_SECRET', { production: 'JWT_SECRET=changeme' }, { production: `JWT_SECRET=${random}` }],
  ['known-secret SESSION_SECRET', { staging: 'SESSION_SECRET=<your secret here>' }, { development: 'SESSION_SECRET=<your secret here>' }],
  ['short-secret SESSION_SECRET', { production: 'SESSION_SECRET=h7Gk2pQz' }, { production: 'SESSION_SECRET_TTL=3600' }],
  ['jwt-none JWT_ALGORITHM', { staging: 'JWT_ALGORITHM=none' }, { staging: 'JWT_ALGORITHM=RS256' }],
  ['shared-secret JWT_SECRET', { production: `JWT_SECRET=${random}`, staging: `JWT_SECRET=${random}` }, { production: `JWT_SECRET=${random}`, staging: `JWT_SECRET=${random}x` }],

  ['telemetry-host OTEL_EXPORTER_OTLP_ENDPOINT', { production: 'OTEL_EXPORTER_OTLP_ENDPOINT=http://localhost:4317' }, { production: 'OTEL_EXPORTER_OTLP_ENDPOINT=http://collector:4317' }],
  ['telemetry-off SENTRY_TRACES_SAMPLE_RATE', { production: 'SENTRY_TRACES_SAMPLE_RATE=0.0' }, { production: 'SENTRY_TRACES_SAMPLE_RATE=0.05' }],
  ['telemetry-off OTEL_TRACES_SAMPLER', { production: 'OTEL_TRACES_SAMPLER=always_off' }, { staging: 'OTEL_TRACES_SAMPLER=always_off' }],
  ['telemetry-environment SENTRY_ENVIRONMENT', { staging: 'SENTRY_ENVIRONMENT=production' }, { staging: 'SENTRY_ENVIRONMENT=staging' }],
  ['telemetry-environment OTEL_RESOURCE_ATTRIBUTES', { production: 'OTEL_RESOURCE_ATTRIBUTES=service.name=a,deployment.environment=staging' }, { production: 'OTEL_RESOURCE_ATTRIBUTES=service.name=staging,deployment.environment=prod' }],
  ['runtime-mode NODE_ENV', { production: 'NODE_ENV=development' }, { staging: 'NODE_ENV=production' }],

  ['port-range DB_PORT', { production: 'DB_PORT=70000' }, { staging: 'DB_PORT=0' }],
  ['negative-number REQUEST_TIMEOUT', { production: 'REQUEST_TIMEOUT=-30' }, { production: 'REQUEST_TIMEOUT=-1' }],
  ['number-overflow WORKER_CONCURRENCY', { production: 'WORKER_CONCURRENCY=999999999999' }, { production: 'MAX_UPLOAD_SIZE=5368709120' }],
  ['min-above-max DELAY_MIN', { production: 'DELAY_MIN=20\nDELAY_MAX=5' }, { production: 'DELAY_MIN=20\nDELAY_MAX=0' }],
  ['thousandfold SESSION_TTL', { production: 'SESSION_TTL=30000', staging: 'SESSION_TTL=30' }, { production: 'ROWS_IMPORTED=30000', staging: 'ROWS_IMPORTED=30' }],
  ['malformed-url API_BASE', { production: 'API_BASE=https:/api.shop.io' }, { production: 'API_BASE=ftp://files.shop.io' }],
  ['odd-shape BATCH', { production: 'BATCH=ten', staging: 'BATCH=10', test: 'BATCH=5' }, { production: 'BATCH=unlimited', staging: 'BATCH=10', test: 'BATCH=5' }],
  ['odd-shape SIGNUPS', { production: 'SIGNUPS=treu', staging: 'SIGNUPS=true', test: 'SIGNUPS=true' }, { production: 'SIGNUPS=invited', staging: 'SIGNUPS=true', test: 'SIGNUPS=true' }],
  ['mail-port-without-tls SMTP_SECURE', { production: 'SMTP_PORT=465\nSMTP_SECURE=false' }, { production: 'SMTP_PORT=587\nSMTP_SECURE=false' }],
  ['dangling-reference API_ROOT', { production: 'API_ROOT=${NOWHERE_SET}/v1' }, { production: 'NOWHERE_SET=https://shop.io\nAPI_ROOT=${NOWHERE_SET}/v1' }],
  ['dangling-reference KEY_A', { production: { 'k.yaml': `${pod('KEY_A', 'valueFrom: {secretKeyRef: {name: s, key: b}}')}---\napiVersion: v1\nkind: Secret\nmetadata: {name: s}\nstringData: {a: "1"}\n` } }, { production: { 'k.yaml': `${pod('KEY_A', 'valueFrom: {secretKeyRef: {name: s, key: a}}')}---\napiVersion: v1\nkind: Secret\nmetadata: {name: s}\nstringData: {a: "1"}\n` } }],
  ['duplicate-key PORT', { production: { 'compose.production.yaml': 'services:\n  web:\n    environment:\n      PORT: "1"\n      PORT: "2"\n' } }, { production: { 'compose.production.yaml': 'services:\n  web:\n    environment:\n      PORT: "1"\n  api:\n    environment:\n      PORT: "2"\n' } }],
  ['tls-verification-off NODE_TLS_REJECT_UNAUTHORIZED', { production: 'NODE_TLS_REJECT_UNAUTHORIZED=0' }, { production: 'NODE_TLS_REJECT_UNAUTHORIZED=1' }],
  ['tls-verification-off PYTHONHTTPSVERIFY', { production: 'PYTHONHTTPSVERIFY=0' }, { development: 'PYTHONHTTPSVERIFY=0' }],
  ['tls-verification-off SMTP_TLS_VERIFY', { staging: 'SMTP_TLS_VERIFY=false' }, { staging: 'EMAIL_VERIFY=false' }],
  ['debug-on APP_DEBUG', { production: 'APP_DEBUG=true' }, { production: 'APP_DEBUG=false' }],
  ['debug-on DEBUG', { production: 'DEBUG=1' }, { production: 'DEBUG=express:*' }],

  ['localhost API_URL', { production: 'API_URL=http://localhost:3000' }, { production: 'API_URL=http://api:3000' }],
  ['localhost REDIRECT_URL', { production: 'REDIRECT_URL=http://127.0.0.1/cb' }, { production: 'HOST=127.0.0.1\nBIND_ADDR=127.0.0.1:80\nHEALTHCHECK_URL=http://localhost/up' }],
  ['example-host NEXTAUTH_URL', { production: 'NEXTAUTH_URL=https://app.example.com' }, { production: 'NEXTAUTH_URL=https://app.examples.io' }],
  ['tunnel-host WEBHOOK_URL', { production: 'WEBHOOK_URL=https://a1b2.ngrok-free.app/x' }, { development: 'WEBHOOK_URL=https://a1b2.ngrok-free.app/x' }],
  ['other-environment-host API_URL', { production: 'API_URL=https://api.staging.shop.io' }, { production: 'API_URL=https://api.prod.shop.io' }],
  ['other-environment-host OAUTH_CALLBACK', { production: 'OAUTH_CALLBACK=https://app-dev.shop.io/cb' }, { production: 'OAUTH_CALLBACK=https://web.dev/cb' }],
  ['other-environment-host API_URL', { staging: 'API_URL=https://api-prod.shop.io' }, { staging: 'API_URL=https://api.product.shop.io' }],
  ['other-environment-reference DB_PASSWORD', { production: { 'k.yaml': pod('DB_PASSWORD', 'valueFrom: {secretKeyRef: {name: staging-db, key: k}}') } }, { production: { 'k.yaml': pod('DB_PASSWORD', 'valueFrom: {secretKeyRef: {name: db, key: k}}') } }],

  ['duplicate-key PORT', { staging: 'PORT=80\nA=1\nPORT=81' }, { staging: 'PORT=80\nA=1\n#PORT=81' }],
  ['quotes-left NAME', { staging: { 'k.yaml': pod('NAME', `value: '"shop"'`) } }, { staging: { 'k.yaml': pod('NAME', `value: "shop"`) } }],
  ['space-left NAME', { staging: 'NAME="shop "' }, { staging: 'NAME=shop  ' }],
  ['yaml-divergence FLAG', { staging: { 'k.yaml': pod('FLAG', 'value: yes') } }, { staging: { 'k.yaml': pod('FLAG', 'value: "yes"') } }],
] // prettier-ignore

describe('packs, with no contract', () => {
  test.each(planted)('%s is found, and not in its twin', (name, texts, twin) => {
    expect(toldBy(checkTexts(texts))).toContain(`pack/${name}`)
    expect(toldBy(checkTexts(twin))).toEqual([])
  })
})

/** A production as it should be, with names that look like what rules look for. */
const inOrder = `NODE_ENV=production
PORT=8080
HOST=0.0.0.0
DATABASE_URL=postgresql://app:Zx81kqPw92mMt@prod-db.c9akciq32.eu-west-1.rds.amazonaws.com:5432/shop?sslmode=require
REDIS_URL=rediss://:Zx81kqPw92mMt@cache.shop.io:6380/0
SESSION_SECRET=Zx81kqPw92mMtZx81kqPw92mMt
JWT_EXPIRES_IN=7d
JWT_ALGORITHM=RS256
AUTH_PROVIDER=auth0
AUTH_MODE=live
EMAIL_PROVIDER=sendgrid
SMTP_HOST=smtp.sendgrid.net
SMTP_PORT=587
SENTRY_DSN=https://abc@o1.ingest.sentry.io/1
SENTRY_TRACES_SAMPLE_RATE=0.1
SENTRY_REPLAYS_SESSION_SAMPLE_RATE=0
SENTRY_ENVIRONMENT=production
STRIPE_SECRET_KEY=sk_live_51HxqTlQ8ZkVbN3mWc7yR
STRIPE_WEBHOOK_SECRET=whsec_51HxqTlQ8ZkVbN3mWc7yR
STRIPE_PUBLISHABLE_KEY=pk_live_51HxqTlQ8ZkVbN3mWc7yR
PAYMENT_PROVIDER=stripe
PAYMENT_RETRY_LIMIT=3
CHECKOUT_MODE=embedded
BILLING_ENABLED=true
INVOICE_STORAGE_PROVIDER=s3
PAYMENT_METHOD_TYPES=card,sepa
API_GATEWAY=kong
IMAGE_PROCESSOR=sharp
STORAGE_DRIVER=s3
AWS_REGION=eu-west-1
S3_ENDPOINT=https://s3.eu-west-1.amazonaws.com
CORS_ORIGINS=https://shop.io,https://www.shop.io
LOG_LEVEL=info
FEATURE_TEST_MODE=false
ENABLE_TEST_ROUTES=false
OTEL_EXPORTER_OTLP_ENDPOINT=http://otel-collector:4318
KAFKA_BROKERS=b-1.prod.kafka.io:9092,b-2.prod.kafka.io:9092
GITHUB_TOKEN_FILE=/run/secrets/gh
PASSWORD_RESET_TTL=3600
PASSWORD_MIN_LENGTH=12
TOKEN_EXPIRY=3600
API_KEY_HEADER=x-api-key
APP_URL=https://shop.io
NEXTAUTH_URL=https://shop.io
OAUTH_CALLBACK_URL=https://shop.io/auth/callback
ALLOWED_HOSTS=localhost,shop.io
NO_PROXY=localhost,127.0.0.1
STATSD_HOST=127.0.0.1
HEALTHCHECK_URL=http://localhost:8080/health
DB_POOL_MIN=0
DB_POOL_MAX=20
DB_POOL_IDLE_TIMEOUT=30000
GRAPHQL_PLAYGROUND=false
DEBUG=
TAX_PROVIDER=avalara
SUBSCRIPTION_MODE=recurring
WALLET_PROVIDER=metamask
CARD_BACKEND=postgres
PRICE_TABLE_ENV=v2
TEST_ACCOUNT_EMAIL=qa@shop.io
REVIEW_APP=false
SECRET_SANTA_ENABLED=true
ADMIN_EMAIL=admin@shop.io`

test('nothing is found in a production that is in order', () => {
  expect(toldBy(checkTexts({ production: inOrder }))).toEqual([])
})

test('a value is told that its only reader cuts off at a #', () => {
  const told = (text: string, language: 'typescript' | 'python') =>
    toldBy(
      checkTexts({ production: text }, undefined, {
        reads: [
          {
            key: 'CACHE_LABEL',
            template: false,
            tier: 'direct',
            language,
            location: { file: 'src/main', line: 1 },
            component: '',
            phase: 'run',
          },
        ],
      }),
    )
  expect(told('CACHE_LABEL=abc#def', 'typescript')).toEqual(['pack/cut-at-hash CACHE_LABEL'])
  expect(told('CACHE_LABEL=abc # a note', 'typescript')).toEqual([])
  expect(told("CACHE_LABEL='abc#def'", 'typescript')).toEqual([])
  expect(told('CACHE_LABEL=abc#def', 'python')).toEqual([])
})
