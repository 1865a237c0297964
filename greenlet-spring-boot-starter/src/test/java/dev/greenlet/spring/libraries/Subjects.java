package dev.greenlet.spring.libraries;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.zaxxer.hikari.HikariDataSource;
import dev.greenlet.GreenletExit;
import dev.greenlet.Greenlets;
import dev.greenlet.InterruptScope;
import dev.greenlet.SwitchPoint;
import dev.greenlet.WaitReason;
import dev.greenlet.spring.TestPostgres;
import dev.greenlet.spring.http.HubSocketConnectionManagerBuilder;
import dev.greenlet.spring.jdbc.SwitchPointJdbcListener;
import dev.greenlet.testing.ClassInitialiser;
import io.github.resilience4j.bulkhead.Bulkhead;
import io.github.resilience4j.bulkhead.BulkheadConfig;
import io.github.resilience4j.circuitbreaker.CallNotPermittedException;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.ratelimiter.RateLimiter;
import io.github.resilience4j.ratelimiter.RateLimiterConfig;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulRedisConnection;
import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.Id;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import net.ttddyy.dsproxy.support.ProxyDataSourceBuilder;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import okio.BufferedSink;
import org.apache.hc.client5.http.classic.methods.HttpPost;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManager;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.io.entity.EntityUtils;
import org.apache.hc.core5.http.io.entity.HttpEntities;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.eclipse.jetty.client.InputStreamResponseListener;
import org.eclipse.jetty.client.OutputStreamRequestContent;
import org.hibernate.SessionFactory;
import org.hibernate.cfg.Configuration;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.core.retry.RetryPolicy;
import org.springframework.core.retry.RetryTemplate;
import org.springframework.resilience.annotation.EnableResilientMethods;
import org.springframework.resilience.annotation.Retryable;
import redis.embedded.RedisServer;
import software.amazon.awssdk.http.HttpExecuteRequest;
import software.amazon.awssdk.http.HttpExecuteResponse;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.SdkHttpFullRequest;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.apache.ApacheHttpClient;

/** The libraries, each as an application would use it, and what they need. */
final class Subjects implements AutoCloseable {
  private static final int PLACES = 4;
  private static final byte[] PART = "part,".getBytes(StandardCharsets.US_ASCII);
  private static final String ANSWER = "first,second";
  private static final WaitReason PAUSE = new WaitReason("pause", "");
  private static final WaitReason POLL = new WaitReason("kafka", "poll");
  private static final TopicPartition PARTITION = new TopicPartition("torture", 0);
  private static final List<String> MESSAGES = List.of("first", "second", "third");
  private static final Duration LONG = Duration.ofSeconds(10);

  private final SlowServer server = new SlowServer();

  Subjects() throws IOException {}

  static List<String> names() {
    return List.of(
        "Apache HttpClient",
        "Apache HttpClient 4",
        "Apache client of the AWS SDK",
        "Apache HttpClient on hub sockets",
        "Jetty HttpClient",
        "JDK HttpClient",
        "OkHttp",
        "resilience4j circuit breaker",
        "resilience4j bulkhead",
        "resilience4j rate limiter",
        "java.util.concurrent.Semaphore",
        "RetryTemplate",
        "@Retryable",
        "HikariCP",
        "Hibernate",
        "Lettuce",
        "Kafka producer",
        "Kafka consumer",
        "Kafka consumer that is interrupted",
        "Caffeine",
        "class initialisers");
  }

  Subject make(String name) throws Exception {
    return switch (name) {
      case "Apache HttpClient" -> apache(name, PoolingHttpClientConnectionManagerBuilder.create());
      case "Apache HttpClient on hub sockets" ->
          apache(name, HubSocketConnectionManagerBuilder.create());
      case "Apache HttpClient 4" -> apache4(name);
      case "Apache client of the AWS SDK" -> aws(name);
      case "Lettuce" -> lettuce(name);
      case "Kafka producer" -> kafkaProducer(name);
      case "Kafka consumer" -> kafkaConsumer(name, Subjects::pollAwakened);
      case "Kafka consumer that is interrupted" -> kafkaConsumer(name, Subjects::pollInterrupted);
      case "Jetty HttpClient" -> jetty(name);
      case "JDK HttpClient" -> jdk(name);
      case "OkHttp" -> okHttp(name);
      case "resilience4j circuit breaker" -> circuitBreaker(name);
      case "resilience4j bulkhead" -> bulkhead(name);
      case "resilience4j rate limiter" -> rateLimiter(name);
      case "java.util.concurrent.Semaphore" -> semaphore(name);
      case "RetryTemplate" -> retryTemplate(name);
      case "@Retryable" -> retryable(name);
      case "HikariCP" -> hikari(name);
      case "Hibernate" -> hibernate(name);
      case "Caffeine" -> caffeine(name);
      case "class initialisers" -> classInitialisers(name);
      default -> throw new IllegalArgumentException(name);
    };
  }

  /** A switch point, in code that declares no interrupt. */
  private static void pause() {
    try {
      Greenlets.sleep(Duration.ofMillis(1));
    } catch (InterruptedException interrupted) {
      throw new IllegalStateException(interrupted);
    }
  }

  private static String pauseTwice() {
    pause();
    pause();
    return "done";
  }

  private static void writeSlowly(OutputStream out) throws IOException {
    for (int part = 0; part < 3; part++) {
      out.write(PART);
      out.flush();
      pause();
    }
  }

  // --- HTTP -------------------------------------------------------------------------------------

  private Subject apache(String name, PoolingHttpClientConnectionManagerBuilder builder) {
    PoolingHttpClientConnectionManager pool =
        builder.setMaxConnPerRoute(PLACES).setMaxConnTotal(PLACES).build();
    CloseableHttpClient client = HttpClients.custom().setConnectionManager(pool).build();
    return Subject.of(
            name,
            () -> {
              HttpPost post = new HttpPost(server.url());
              post.setEntity(HttpEntities.create(Subjects::writeSlowly, ContentType.TEXT_PLAIN));
              assertThat(
                      client.<String>execute(
                          post, answer -> EntityUtils.toString(answer.getEntity())))
                  .isEqualTo(ANSWER);
            })
        .invariant(() -> assertThat(pool.getTotalStats().getLeased()).isZero())
        .closing(client::close);
  }

  private Subject apache4(String name) {
    org.apache.http.impl.conn.PoolingHttpClientConnectionManager pool =
        new org.apache.http.impl.conn.PoolingHttpClientConnectionManager();
    pool.setDefaultMaxPerRoute(PLACES);
    org.apache.http.impl.client.CloseableHttpClient client =
        org.apache.http.impl.client.HttpClients.custom().setConnectionManager(pool).build();
    return Subject.of(
            name,
            () -> {
              org.apache.http.client.methods.HttpPost post =
                  new org.apache.http.client.methods.HttpPost(server.url());
              post.setEntity(new org.apache.http.entity.EntityTemplate(Subjects::writeSlowly));
              assertThat(
                      client.<String>execute(
                          post,
                          answer -> org.apache.http.util.EntityUtils.toString(answer.getEntity())))
                  .isEqualTo(ANSWER);
            })
        .invariant(() -> assertThat(pool.getTotalStats().getLeased()).isZero())
        .closing(client::close);
  }

  private Subject aws(String name) {
    SdkHttpClient client = ApacheHttpClient.builder().maxConnections(PLACES).build();
    SdkHttpFullRequest request =
        SdkHttpFullRequest.builder()
            .method(SdkHttpMethod.POST)
            .uri(URI.create(server.url()))
            .putHeader("Content-Length", String.valueOf(3 * PART.length))
            .contentStreamProvider(SlowParts::new)
            .build();
    return Subject.of(
            name,
            () -> {
              HttpExecuteResponse answer =
                  client
                      .prepareRequest(
                          HttpExecuteRequest.builder()
                              .request(request)
                              .contentStreamProvider(SlowParts::new)
                              .build())
                      .call();
              try (InputStream body = answer.responseBody().orElseThrow()) {
                assertThat(body).asString(StandardCharsets.US_ASCII).isEqualTo(ANSWER);
              }
            })
        .closing(client::close);
  }

  /** The parts of a body, each of which takes its time. */
  private static final class SlowParts extends InputStream {
    private int position;

    @Override
    public int read() {
      if (position == 3 * PART.length) {
        return -1;
      }
      if (position % PART.length == 0) {
        pause();
      }
      return PART[position++ % PART.length];
    }
  }

  private static Subject lettuce(String name) throws IOException {
    RedisServer redis =
        RedisServer.newRedisServer()
            .port(freePort())
            .bind("127.0.0.1")
            .setting("save \"\"")
            .build();
    redis.start();
    RedisClient client = RedisClient.create(RedisURI.create("127.0.0.1", redis.ports().getFirst()));
    StatefulRedisConnection<String, String> connection = client.connect();
    return Subject.of(
            name,
            () -> {
              pause();
              assertThat(Greenlets.await(connection.async().incr("uses"))).isPositive();
              assertThat(Greenlets.await(connection.async().echo(name))).isEqualTo(name);
            })
        .closing(
            () -> {
              connection.close();
              client.shutdown();
              redis.stop();
            });
  }

  private static int freePort() throws IOException {
    try (ServerSocket any = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return any.getLocalPort();
    }
  }

  private Subject jetty(String name) throws Exception {
    org.eclipse.jetty.client.HttpClient client = new org.eclipse.jetty.client.HttpClient();
    client.setMaxConnectionsPerDestination(PLACES);
    client.start();
    return Subject.of(
            name,
            () -> {
              OutputStreamRequestContent body = new OutputStreamRequestContent();
              InputStreamResponseListener answer = new InputStreamResponseListener();
              org.eclipse.jetty.client.Request request =
                  client.newRequest(server.url()).method("POST").body(body);
              request.send(answer);
              try (OutputStream out = body.getOutputStream()) {
                writeSlowly(out);
              } catch (RuntimeException failure) {
                request.abort(failure);
                throw failure;
              }
              try (InputStream in = answer.getInputStream()) {
                assertThat(in).asString(StandardCharsets.US_ASCII).isEqualTo(ANSWER);
              }
            })
        .closing(client::stop);
  }

  private Subject jdk(String name) {
    HttpClient client = HttpClient.newHttpClient();
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(server.url()))
            .POST(HttpRequest.BodyPublishers.ofString("body"))
            .build();
    return Subject.of(
            name,
            () -> {
              pause();
              assertThat(Greenlets.await(client.sendAsync(request, BodyHandlers.ofString())).body())
                  .isEqualTo(ANSWER);
            })
        .closing(client::close);
  }

  private Subject okHttp(String name) {
    OkHttpClient client = new OkHttpClient();
    RequestBody body =
        new RequestBody() {
          @Override
          public MediaType contentType() {
            return MediaType.get("text/plain");
          }

          @Override
          public void writeTo(BufferedSink sink) throws IOException {
            OutputStream out = sink.outputStream();
            writeSlowly(out);
          }
        };
    return Subject.of(
            name,
            () -> {
              Request request = new Request.Builder().url(server.url()).post(body).build();
              try (Response answer = client.newCall(request).execute()) {
                assertThat(Objects.requireNonNull(answer.body()).string()).isEqualTo(ANSWER);
              }
            })
        .invariant(() -> assertThat(client.dispatcher().runningCallsCount()).isZero())
        .closing(
            () -> {
              client.dispatcher().executorService().shutdown();
              client.connectionPool().evictAll();
            });
  }

  // --- messages ---------------------------------------------------------------------------------

  private static KafkaBroker kafka() throws Exception {
    return KafkaBroker.start(freePort(), freePort());
  }

  private static KafkaProducer<String, String> producer(KafkaBroker broker) {
    return new KafkaProducer<>(
        Map.of("bootstrap.servers", broker.address(), "linger.ms", 3),
        new StringSerializer(),
        new StringSerializer());
  }

  private static KafkaConsumer<String, String> consumer(KafkaBroker broker) {
    KafkaConsumer<String, String> consumer =
        new KafkaConsumer<>(
            Map.of(
                "bootstrap.servers",
                broker.address(),
                "enable.auto.commit",
                false,
                "max.poll.records",
                1,
                "fetch.min.bytes",
                1 << 20, // so that a fetch takes as long as it may
                "fetch.max.wait.ms",
                3),
            new StringDeserializer(),
            new StringDeserializer());
    consumer.assign(List.of(PARTITION));
    return consumer;
  }

  /** Waits in undescribed calls, which an interrupt ends. */
  private static Subject kafkaProducer(String name) throws Exception {
    KafkaBroker broker = kafka();
    KafkaProducer<String, String> producer = producer(broker);
    return Subject.of(
            name,
            () -> {
              try (InterruptScope _ = InterruptScope.after(Duration.ofMillis(1))) {
                pause();
                assertThat(producer.send(message("sent")).get().hasOffset()).isTrue();
              }
            })
        .closing(
            () -> {
              producer.close();
              broker.close();
            });
  }

  private static ProducerRecord<String, String> message(String value) {
    return new ProducerRecord<>(PARTITION.topic(), PARTITION.partition(), null, value);
  }

  /** How to wait for the next messages. */
  @FunctionalInterface
  private interface Poll {
    ConsumerRecords<String, String> of(KafkaConsumer<String, String> consumer);
  }

  private static Subject kafkaConsumer(String name, Poll poll) throws Exception {
    KafkaBroker broker = kafka();
    try (KafkaProducer<String, String> producer = producer(broker)) {
      for (String message : MESSAGES) {
        producer.send(message(message)).get();
      }
    }
    Queue<KafkaConsumer<String, String>> idle = new ConcurrentLinkedQueue<>();
    for (int i = 0; i < PLACES; i++) {
      idle.add(consumer(broker));
    }
    return Subject.of(
            name,
            () -> {
              KafkaConsumer<String, String> consumer = idle.remove();
              try {
                consumer.seekToBeginning(List.of(PARTITION));
                List<String> read = new ArrayList<>();
                while (read.size() < MESSAGES.size()) {
                  pause();
                  poll.of(consumer).forEach(message -> read.add(message.value()));
                }
                assertThat(read).isEqualTo(MESSAGES);
              } finally {
                idle.add(consumer);
              }
            })
        .invariant(() -> assertThat(idle).hasSize(PLACES))
        .closing(
            () -> {
              idle.forEach(KafkaConsumer::close);
              broker.close();
            });
  }

  /** A wakeup that comes when its poll is over ends the next one, which has to be repeated. */
  private static ConsumerRecords<String, String> pollAwakened(
      KafkaConsumer<String, String> consumer) {
    try {
      return SwitchPoint.call(POLL, consumer::wakeup, () -> consumer.poll(LONG));
    } catch (WakeupException late) {
      return SwitchPoint.call(POLL, consumer::wakeup, () -> consumer.poll(LONG));
    }
  }

  private static ConsumerRecords<String, String> pollInterrupted(
      KafkaConsumer<String, String> consumer) {
    try (InterruptScope _ = InterruptScope.after(Duration.ofMillis(1))) {
      return consumer.poll(LONG);
    }
  }

  // --- what guards calls ------------------------------------------------------------------------

  /** Half open whenever a batch of cuts begins, for a probe that is lost would leave it so. */
  private Subject circuitBreaker(String name) {
    CircuitBreaker breaker =
        CircuitBreaker.of(
            name,
            CircuitBreakerConfig.custom()
                .slidingWindowSize(PLACES)
                .permittedNumberOfCallsInHalfOpenState(PLACES)
                .ignoreExceptions(CancellationException.class)
                .build());
    return Subject.of(
            name,
            () -> {
              try {
                assertThat(breaker.executeCallable(Subjects::pauseTwice)).isEqualTo("done");
              } catch (CallNotPermittedException othersProbe) {
                pause();
              }
            })
        .invariant(
            () -> {
              for (int call = 0; call < PLACES; call++) {
                assertThat(breaker.executeCallable(() -> "permitted")).isEqualTo("permitted");
              }
              assertThat(breaker.getState()).isEqualTo(CircuitBreaker.State.CLOSED);
              breaker.transitionToOpenState();
              breaker.transitionToHalfOpenState();
            });
  }

  private static Subject bulkhead(String name) {
    Bulkhead bulkhead =
        Bulkhead.of(
            name,
            BulkheadConfig.custom()
                .maxConcurrentCalls(PLACES)
                .maxWaitDuration(Duration.ZERO)
                .build());
    return Subject.of(
            name,
            () -> assertThat(bulkhead.executeCallable(Subjects::pauseTwice)).isEqualTo("done"))
        .invariant(
            () ->
                assertThat(bulkhead.getMetrics().getAvailableConcurrentCalls()).isEqualTo(PLACES));
  }

  private static Subject rateLimiter(String name) {
    RateLimiter limiter =
        RateLimiter.of(
            name,
            RateLimiterConfig.custom()
                .limitForPeriod(PLACES)
                .limitRefreshPeriod(Duration.ofMillis(1))
                .timeoutDuration(Duration.ofSeconds(10))
                .build());
    return Subject.of(
        name, () -> assertThat(limiter.executeCallable(Subjects::pauseTwice)).isEqualTo("done"));
  }

  private static Subject semaphore(String name) {
    Semaphore semaphore = new Semaphore(2, true);
    return Subject.of(
            name,
            () -> {
              semaphore.acquire();
              try {
                pauseTwice();
              } finally {
                semaphore.release();
              }
            })
        .invariant(() -> assertThat(semaphore.availablePermits()).isEqualTo(2));
  }

  // --- retries ----------------------------------------------------------------------------------

  /** One call that fails at first, and is not to be made again when it was cut. */
  private static final class Flaky {
    private final AtomicInteger repeated;
    private boolean failed;
    private boolean cut;

    Flaky(AtomicInteger repeated) {
      this.repeated = repeated;
    }

    String call() throws IOException {
      if (cut) {
        repeated.incrementAndGet();
      }
      try {
        pause();
      } catch (GreenletExit exit) {
        cut = true;
        throw exit;
      }
      if (!failed) {
        failed = true;
        throw new IOException("the first attempt");
      }
      return "done";
    }
  }

  private static Subject retryTemplate(String name) {
    AtomicInteger repeated = new AtomicInteger();
    RetryTemplate retries =
        new RetryTemplate(
            RetryPolicy.builder()
                .maxRetries(3)
                .delay(Duration.ofMillis(1))
                .excludes(CancellationException.class)
                .build());
    return Subject.of(
            name,
            () -> {
              Flaky flaky = new Flaky(repeated);
              assertThat(retries.<String>execute(flaky::call)).isEqualTo("done");
            })
        .invariant(() -> assertThat(repeated).hasValue(0));
  }

  private static Subject retryable(String name) {
    AtomicInteger repeated = new AtomicInteger();
    AnnotationConfigApplicationContext context =
        new AnnotationConfigApplicationContext(Resilient.class);
    Retried retried = context.getBean(Retried.class);
    return Subject.of(name, () -> assertThat(retried.call(new Flaky(repeated))).isEqualTo("done"))
        .invariant(() -> assertThat(repeated).hasValue(0))
        .closing(context::close);
  }

  @EnableResilientMethods
  @org.springframework.context.annotation.Import(Retried.class)
  static class Resilient {}

  static class Retried {
    @Retryable(maxRetries = 3, delay = 1, excludes = CancellationException.class)
    public String call(Flaky flaky) throws IOException {
      return flaky.call();
    }
  }

  // --- databases --------------------------------------------------------------------------------

  private static DataSource switching(HikariDataSource pool) {
    SwitchPointJdbcListener listener = new SwitchPointJdbcListener();
    return ProxyDataSourceBuilder.create(pool).listener(listener).methodListener(listener).build();
  }

  private static Subject.Use isWhole(HikariDataSource pool) {
    return () -> assertThat(pool.getHikariPoolMXBean().getActiveConnections()).isZero();
  }

  private static Subject hikari(String name) {
    HikariDataSource pool = TestPostgres.pool("torture", PLACES, Duration.ofSeconds(10));
    DataSource source = switching(pool);
    return Subject.of(
            name,
            () -> {
              try (Connection connection = source.getConnection();
                  Statement statement = connection.createStatement()) {
                connection.setAutoCommit(false);
                statement.execute("select pg_sleep(0.001)");
                pause();
                statement.execute("select pg_sleep(0.001)");
                connection.commit();
                connection.setAutoCommit(true);
              }
            })
        .invariant(isWhole(pool))
        .closing(pool::close);
  }

  private static Subject hibernate(String name) {
    HikariDataSource pool = TestPostgres.pool("torture", PLACES, Duration.ofSeconds(10));
    Configuration configuration = new Configuration().addAnnotatedClass(Item.class);
    configuration.getProperties().put("jakarta.persistence.nonJtaDataSource", switching(pool));
    configuration.setProperty("hibernate.hbm2ddl.auto", "create-drop");
    SessionFactory sessions = configuration.buildSessionFactory();
    return Subject.of(
            name,
            () ->
                sessions.inTransaction(
                    session -> {
                      session.persist(new Item());
                      session.flush();
                      pause();
                      session.createSelectionQuery("from Item", Item.class).setMaxResults(1).list();
                    }))
        .invariant(isWhole(pool))
        .closing(
            () -> {
              sessions.close();
              pool.close();
            });
  }

  @Entity(name = "Item")
  static class Item {
    @Id @GeneratedValue long id;
  }

  // --- caches and classes -----------------------------------------------------------------------

  private static Subject caffeine(String name) {
    Cache<Integer, String> cache = Caffeine.newBuilder().build();
    AtomicInteger uses = new AtomicInteger();
    return Subject.of(
        name,
        () -> {
          int key = uses.getAndIncrement() % 2;
          assertThat(cache.get(key, _ -> pauseTwice())).isEqualTo("done");
          cache.invalidate(key);
        });
  }

  /** What is initialised once at most, and usable then, however often its first user is cut. */
  private static Subject classInitialisers(String name) {
    ConcurrentLinkedQueue<Class<?>> used = new ConcurrentLinkedQueue<>();
    return Subject.of(
            name,
            () -> {
              Class<?> fresh = ClassInitialiser.define();
              used.add(fresh);
              AtomicBoolean left = new AtomicBoolean();
              ClassInitialiser.initialise(
                  fresh,
                  () -> {
                    SwitchPoint.call(PAUSE, () -> sleepOfTheJdk());
                    Greenlets.yieldNow();
                    left.set(true);
                  });
              assertThat(left).isTrue();
            })
        .invariant(
            () -> {
              for (Class<?> each = used.poll(); each != null; each = used.poll()) {
                ClassInitialiser.use(each);
              }
            });
  }

  private static String sleepOfTheJdk() {
    try {
      Thread.sleep(2);
    } catch (InterruptedException interrupted) {
      throw new IllegalStateException(interrupted);
    }
    return "slept";
  }

  @Override
  public void close() {
    server.close();
  }
}
