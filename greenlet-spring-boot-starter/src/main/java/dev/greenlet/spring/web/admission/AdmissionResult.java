package dev.greenlet.spring.web.admission;

/** The result of a request for admission. */
sealed interface AdmissionResult permits Permit, Rejection {}
