// The parts of OpenAPI 3.1 that our document is made of. Source: OpenAPI Specification 3.1.1.

import type { TSchema } from 'typebox'

export type Ref = { readonly $ref: string }

export type Header = {
  readonly description: string
  /** Whether every answer of this kind has it. */
  readonly required: boolean
  readonly schema: TSchema
}

export type Examples = Readonly<
  Record<string, { readonly summary: string; readonly value: unknown }>
>

export type Content = { readonly schema: TSchema; readonly examples?: Examples }

export type Answer = {
  readonly description: string
  readonly headers: Readonly<Record<string, Header | Ref>>
  /** By media type, without parameters. */
  readonly content?: Readonly<Record<string, Content>>
}

export type Parameter = {
  readonly name: string
  readonly in: 'query' | 'path' | 'header'
  readonly description: string
  readonly required: boolean
  readonly schema: TSchema
  readonly examples?: Examples
}

export type Operation = {
  readonly operationId: string
  readonly summary: string
  readonly description: string
  readonly tags: readonly string[]
  /** Each entry is one way in: a key with these scopes. An empty list needs no key. */
  readonly security: readonly { readonly apiKey: readonly string[] }[]
  readonly parameters?: readonly Parameter[]
  readonly requestBody?: {
    readonly required: true
    readonly content: Readonly<Record<string, Content>>
  }
  /** By HTTP status. */
  readonly responses: Readonly<Record<string, Answer | Ref>>
}

export type OpenApi = {
  readonly openapi: '3.1.1'
  readonly info: {
    readonly title: string
    readonly version: string
    readonly summary: string
    readonly description: string
  }
  readonly servers: readonly { readonly url: string; readonly description: string }[]
  readonly tags: readonly { readonly name: string; readonly description: string }[]
  readonly paths: Readonly<Record<string, { readonly get?: Operation; readonly post?: Operation }>>
  /** What a request is answered with that is none of the operations. No part of OpenAPI itself. */
  readonly 'x-other-requests': Readonly<Record<string, Answer>>
  readonly components: {
    readonly securitySchemes: {
      readonly apiKey: {
        readonly type: 'apiKey'
        readonly in: 'header'
        readonly name: string
        readonly description: string
      }
    }
    readonly schemas: Readonly<Record<string, TSchema>>
    readonly headers: Readonly<Record<string, Header>>
    readonly responses: Readonly<Record<string, Answer>>
  }
}
