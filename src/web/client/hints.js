/**
 * Says beside a field what is wrong with it as soon as somebody leaves it, in the server's words; the server looks at
 * everything again. Without this module the browser's own hints stand in.
 */

/** @typedef {HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement} Field */

for (const form of document.querySelectorAll('form[data-hints]')) {
  if (!(form instanceof HTMLFormElement)) continue
  form.noValidate = true
  form.addEventListener('focusout', event => {
    if (isField(event.target) && event.target.value !== '') tell(event.target, true)
  })
  form.addEventListener('input', event => {
    if (!isField(event.target)) return
    // What was said goes as soon as it is mended, and nobody is corrected while still typing.
    if (event.target.getAttribute('aria-invalid') === 'true') tell(event.target, false)
    const again = form.querySelector(`[data-same="${event.target.name}"]`)
    if (isField(again) && again.getAttribute('aria-invalid') === 'true') tell(again, false)
  })
  form.addEventListener('submit', event => {
    const wrong = fieldsOf(form).filter(field => !tell(field, true))
    if (wrong.length === 0) return
    event.preventDefault()
    wrong[0]?.focus()
  })
}

/** @param {HTMLFormElement} form */
function fieldsOf(form) {
  return [...form.elements].filter(isField)
}

/**
 * @param {EventTarget | null} target
 * @returns {target is Field}
 */
function isField(target) {
  return (
    (target instanceof HTMLInputElement ||
      target instanceof HTMLSelectElement ||
      target instanceof HTMLTextAreaElement) &&
    document.getElementById(`${target.id}-error`) !== null
  )
}

/**
 * Shows what is wrong with a field, or that nothing is any more.
 * @param {Field} field
 * @param {boolean} mayComplain
 */
function tell(field, mayComplain) {
  const problem = problemOf(field)
  if (problem && !mayComplain) return false
  const words = problem && (field.dataset[problem] ?? field.validationMessage)
  const shown = document.getElementById(`${field.id}-error`)
  if (shown) shown.textContent = words ?? ''
  if (problem) field.setAttribute('aria-invalid', 'true')
  else field.removeAttribute('aria-invalid')
  return problem === undefined
}

/**
 * @param {Field} field
 * @returns {'required' | 'malformed' | 'tooShort' | 'tooLong' | 'different' | undefined}
 */
function problemOf(field) {
  if (field.required && field.value.trim() === '') return 'required'
  if (field.validity.typeMismatch || field.validity.badInput) return 'malformed'
  if (field instanceof HTMLSelectElement) return undefined
  const length = Array.from(field.value).length
  if (field.minLength > 0 && field.value !== '' && length < field.minLength) return 'tooShort'
  if (field.dataset['max'] && length > Number(field.dataset['max'])) return 'tooLong'
  const first = field.dataset['same'] && field.form?.elements.namedItem(field.dataset['same'])
  if (first instanceof HTMLInputElement && first.value !== field.value) return 'different'
  return undefined
}
