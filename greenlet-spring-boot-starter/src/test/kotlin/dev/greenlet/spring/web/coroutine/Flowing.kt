package dev.greenlet.spring.web.coroutine

import kotlinx.coroutines.delay
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.SharedFlow
import kotlinx.coroutines.flow.flowOf
import reactor.core.publisher.Mono

/** Suspending functions, by what they return. */
class Flowing {
  suspend fun one(): String {
    delay(1)
    return "one"
  }

  suspend fun perhapsOne(): String? = one()

  suspend fun nothing() = delay(1)

  suspend fun list(): List<String> = listOf(one())

  suspend fun anything(): Any = one()

  suspend fun flow(): Flow<String> = flowOf(one())

  suspend fun sharedFlow(values: SharedFlow<String>): SharedFlow<String> = values

  suspend fun mono(): Mono<String> = Mono.just(one())
}
