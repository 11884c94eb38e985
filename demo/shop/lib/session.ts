import type { Attributes } from '@opentelemetry/api'

/** What the shop knows about the customer whose request it is serving. */
export interface Session {
  id: string
  userId: string
  /** BCP 47, for example `pt-BR`. */
  locale: string
  country: string
  accountAgeDays: number
  plan: string
  device: string
  cartSize: number
  cardType: string
  /** The payment provider that this customer's orders are sent to first. */
  provider: string
  newSearch: string
  recommendations: string
}

/** The header that carries the session from the storefront to every service behind it. */
export const sessionHeader = 'x-shop-session'

export function encodeSession(session: Session): string {
  return new URLSearchParams(
    Object.entries(session).map(([name, value]): [string, string] => [name, String(value)]),
  ).toString()
}

/** @returns null where the header is missing or names no session. */
export function decodeSession(header: string | string[] | undefined): Session | null {
  if (typeof header !== 'string') return null
  const fields = new URLSearchParams(header)
  const text = (name: string): string => fields.get(name) ?? ''
  const id = text('id')
  if (id === '') return null
  return {
    id,
    userId: text('userId'),
    locale: text('locale'),
    country: text('country'),
    accountAgeDays: Number(text('accountAgeDays')),
    plan: text('plan'),
    device: text('device'),
    cartSize: Number(text('cartSize')),
    cardType: text('cardType'),
    provider: text('provider'),
    newSearch: text('newSearch'),
    recommendations: text('recommendations'),
  }
}

/** The attributes that every service of the shop puts on its server span. */
export function sessionAttributes(session: Session): Attributes {
  return {
    'session.id': session.id,
    'user.id': session.userId,
    'app.locale': session.locale,
    'app.country': session.country,
    'app.account.age_days': session.accountAgeDays,
    'app.plan': session.plan,
    'app.device': session.device,
    'app.cart.size': session.cartSize,
    'feature_flag.new_search': session.newSearch,
    'feature_flag.recommendations': session.recommendations,
  }
}

/** What is known only once money changes hands. */
export function paymentAttributes(session: Session): Attributes {
  return { 'app.card.type': session.cardType, 'app.payment.provider': session.provider }
}
