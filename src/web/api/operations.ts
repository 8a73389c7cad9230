import type { OpenAPIHono } from '@hono/zod-openapi'
import type { WebEnv } from '../context.ts'

export type ApiDescription = ReturnType<OpenAPIHono<WebEnv>['getOpenAPI31Document']>

export type PathItem = NonNullable<ApiDescription['paths']>[string]
export type Operation = NonNullable<PathItem['get']>

const methods = ['get', 'post', 'put', 'patch', 'delete'] as const
export type Method = (typeof methods)[number]

/** What a path takes, by method. */
export function operationsIn(item: PathItem): (readonly [Method, Operation])[] {
  return methods.flatMap(method => {
    const operation = item[method]
    return operation ? [[method, operation] as const] : []
  })
}
