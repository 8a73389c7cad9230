export const linking = {}
