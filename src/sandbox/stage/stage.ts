import { Hono } from 'hono'
export const createStage = (_o: unknown) => new Hono()
