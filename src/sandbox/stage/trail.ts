export const createTrail = () => ({ push(_e: unknown) {} })
