package dev.greenlet.spring;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Runs the requests of a controller, or of one of its methods, on a hub: between two switch points
 * no other request of that hub runs, so that state which only these requests use needs no lock.
 * State may change across a switch point (JDBC, an HTTP call, a sleep, a contended lock, a blocking
 * log appender).
 *
 * <p>On a method it replaces the annotation of the class. It works as a meta-annotation. It applies
 * to the whole handler: from the interceptors of the application on, including model attributes,
 * binders, arguments, validation, exception handlers and the view. A direct call of a handler in
 * Java is a plain call. On anything but a handler of Spring MVC it has no effect, and the start
 * logs that. On a suspending function of Kotlin it applies to the whole coroutine, and the start
 * fails if the coroutine could leave its hub, unless {@link #spread} is set.
 *
 * <p>All texts may contain placeholders for properties, as in {@code hub = "${stock.hub}"}.
 *
 * <p>Without attributes, all requests of a controller run on one hub, and the controllers are
 * distributed evenly over the hubs.
 */
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@Inherited
@Documented
public @interface Greenlet {

  /**
   * The name of a hub. Annotations with the same name share a hub, or, with a {@link #key}, the
   * choice of the hub.
   *
   * @return the name of a hub; by default each controller has a name of its own
   */
  String hub() default "";

  /**
   * A SpEL expression that yields the key of a request. It may use the arguments of the method, by
   * their names: {@code #id}; path variables: {@code #path['id']}; the first values of query and
   * form parameters: {@code #params['id']}, and of headers: {@code #headers['X-Tenant']}; and
   * {@code #principal}. It is evaluated before any part of the handler runs, and not yet on its
   * hub. Requests with equal keys run on one hub; different keys are distributed over all hubs.
   *
   * <p>An argument that is read from the request is converted by Spring MVC before keys are
   * compared. A key that uses the body is evaluated when the body has been read; a key that uses an
   * argument that an {@code @InitBinder} method may convert, a model attribute or the result of any
   * other argument resolver, when the argument has been resolved. {@code @ModelAttribute} methods
   * run before that.
   *
   * <p>Numbers, texts, enums and UUIDs are equal if their texts are equal, whatever their types;
   * lists and arrays if their elements are; any other type must define {@code equals}. A request
   * whose key is {@code null} is answered with 400.
   *
   * @return an expression; by default there is no key
   */
  String key() default "";

  /**
   * Whether the requests of one key (or, without a key, of one controller or hub name) run one
   * after the other, completely and in the order of their arrival: none starts before the response
   * to the previous one has been written, across all switch points, and whichever thread writes it.
   * At most {@code greenlet.web.exclusive.max-waiting} requests are queued; further requests are
   * rejected with 503.
   *
   * @return whether requests take turns
   */
  boolean exclusive() default false;

  /**
   * Whether each request may run on any hub. Requests are then not exclusive of each other: they
   * may run in parallel, on different hubs.
   *
   * @return whether requests are distributed over all hubs
   */
  boolean spread() default false;

  /**
   * The name of the requests in the tree: a text in which {@code {id}} stands for the value of a
   * path variable. Not SpEL.
   *
   * @return a name; by default the method and path of the request
   */
  String name() default "";

  /**
   * The time that a request may take, from its start in the filters, in the format of Boot: {@code
   * "200ms"}, {@code "5s"}; or a placeholder for a property with such a value: {@code
   * "${quotes.timeout}"}. When the time is up, the request and all greenlets that it has spawned
   * are cancelled, and it is answered with 503, even after it has become asynchronous; a stream is
   * broken off. {@link dev.greenlet.GreenletTask#deadline()} returns the deadline.
   *
   * @return a duration of more than zero; by default {@code greenlet.web.timeout}
   */
  String timeout() default "";
}
