package dev.greenlet.spring.web.coroutine

import dev.greenlet.Greenlets
import dev.greenlet.Hub
import dev.greenlet.spring.Greenlet
import java.util.concurrent.atomic.AtomicInteger
import kotlin.time.Duration.Companion.days
import kotlin.time.Duration.Companion.milliseconds
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.NonCancellable
import kotlinx.coroutines.async
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.delay
import kotlinx.coroutines.withContext
import org.springframework.core.env.Environment
import org.springframework.jdbc.core.simple.JdbcClient
import org.springframework.web.bind.annotation.GetMapping
import org.springframework.web.bind.annotation.PathVariable
import org.springframework.web.bind.annotation.RequestMapping
import org.springframework.web.bind.annotation.RestController
import org.springframework.web.client.RestClient

/** An inline class, which Spring MVC shows unboxed. */
@JvmInline value class Price(val cents: Int)

/** Handlers that suspend, with state that only their hub protects. */
@RestController
@Greenlet(hub = "shop")
@RequestMapping("/shop")
class SuspendingShop(
  private val jdbc: JdbcClient,
  private val http: RestClient,
  private val environment: Environment,
) {
  /** Without a lock. */
  var sold = 0

  /** Coroutines that wait in [patient] or [late], and those of them that were cancelled. */
  val begun = AtomicInteger()
  val cancelled = AtomicInteger()

  private val inTurn = AtomicInteger()
  val mostInTurn = AtomicInteger()

  @GetMapping("/sell")
  suspend fun sell(): Int = coroutineScope {
    sellOne()
    delay(1.milliseconds)
    sellOne()
    withContext(Dispatchers.IO) { Thread.sleep(1) }
    sellOne()
    sleepInDatabase("0.002")
    sellOne()
    async {
        sellOne()
        delay(1.milliseconds)
        sellOne()
      }
      .await()
    sold
  }

  /** Reads and writes with time in between, and without a suspension. */
  private fun sellOne() {
    val before = sold
    repeat(200) { Thread.onSpinWait() }
    sold = before + 1
  }

  /** Where each part between two suspensions runs. */
  @GetMapping("/lanes")
  suspend fun lanes(): List<String> = coroutineScope {
    val lanes = mutableListOf(lane())
    delay(1.milliseconds)
    lanes += lane()
    withContext(Dispatchers.IO) { sleepInDatabase("0.001") }
    lanes += lane()
    sleepInDatabase("0.001")
    lanes += lane()
    lanes += async { delay(1.milliseconds); lane() }.await()
    val port = environment.getRequiredProperty("local.server.port")
    http.get().uri("http://localhost:$port/shop/price").retrieve().body(String::class.java)
    lanes += lane()
    lanes
  }

  @GetMapping("/price")
  suspend fun price(): Price {
    delay(1.milliseconds)
    return Price(250)
  }

  @GetMapping("/nothing")
  suspend fun nothing() {
    delay(1.milliseconds)
  }

  @GetMapping("/failing")
  suspend fun failing(): String {
    delay(1.milliseconds)
    throw IllegalStateException("sold out on ${lane()}")
  }

  @GetMapping("/late")
  @Greenlet(hub = "shop", timeout = "200ms")
  suspend fun late(): String = waitForEver()

  @GetMapping("/late-query")
  @Greenlet(hub = "shop", timeout = "200ms")
  suspend fun lateQuery(): String {
    delay(1.milliseconds)
    sleepInDatabase("60")
    return "slept"
  }

  @GetMapping("/patient")
  suspend fun patient(): String = waitForEver()

  private suspend fun waitForEver(): String {
    begun.incrementAndGet()
    try {
      delay(1.days)
      return "waited"
    } finally {
      withContext(NonCancellable) {
        delay(1.milliseconds)
        if (Greenlets.current().lane() is Hub) cancelled.incrementAndGet()
      }
    }
  }

  /** How many are in their turn at once is seen over the suspensions. */
  @GetMapping("/{id}/turn")
  @Greenlet(key = "#id", exclusive = true)
  suspend fun turn(@PathVariable id: Int): Int {
    val now = inTurn.incrementAndGet()
    mostInTurn.accumulateAndGet(now, Math::max)
    try {
      delay(3.milliseconds)
      withContext(Dispatchers.IO) { Thread.sleep(1) }
    } finally {
      inTurn.decrementAndGet()
    }
    return now
  }

  @GetMapping("/{id}/long-turn")
  @Greenlet(key = "#id", exclusive = true)
  suspend fun longTurn(@PathVariable id: Int): String = waitForEver()

  private fun sleepInDatabase(seconds: String) {
    jdbc.sql("select pg_sleep($seconds)").query { _ -> }
  }

  private fun lane() = Greenlets.currentOrNull()?.lane()?.toString() ?: "no greenlet"
}
