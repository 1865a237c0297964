package dev.greenlet.spring.web.admission;

/** What somebody gets who asks for admission. */
sealed interface AdmissionResult permits Permit, Refusal {}
