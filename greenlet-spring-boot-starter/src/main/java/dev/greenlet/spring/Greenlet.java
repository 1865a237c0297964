package dev.greenlet.spring;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Runs the requests of a controller, or of one of its methods, on a hub: between two switch points
 * no other request of that hub runs, so what only they touch needs no lock. State may change across
 * a switch point (JDBC, an HTTP call, a sleep, a contended lock, a blocking log appender).
 *
 * <p>On a method it takes the place of the one on the class. Works as a meta-annotation. It holds
 * for the whole handler: from the interceptors of the application on, model attributes, binders,
 * arguments, validation, exception handlers and the view included. A direct call of a handler in
 * Java is a plain call. On what is no handler of Spring MVC it has no effect, which the start logs;
 * on a suspending function of Kotlin it holds for the whole coroutine, and stops the start where a
 * coroutine would leave its hub, unless it says {@link #spread}.
 *
 * <p>The texts may name properties, as in {@code hub = "${stock.hub}"}.
 *
 * <p>Without attributes, all requests of a controller run on one hub of their own choosing, and
 * controllers are spread evenly over the hubs.
 */
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@Inherited
@Documented
public @interface Greenlet {

  /**
   * A name: whoever gives the same name shares a hub, or, with a {@link #key}, the choice of the
   * hub.
   *
   * @return the name of a hub; by default the controller has one to itself
   */
  String hub() default "";

  /**
   * A SpEL expression over the arguments of the method, by their names: {@code #id}; over the path
   * variables: {@code #path['id']}; over the first values of the parameters of the query and of a
   * form: {@code #params['id']}, and of the headers: {@code #headers['X-Tenant']}; and over {@code
   * #principal}. It is evaluated before anything of the handler runs, and not yet on its hub.
   * Requests whose keys are equal run on one hub, those of different keys are spread over all.
   *
   * <p>An argument that the request tells is converted by Spring MVC before it is compared. A key
   * over a body is evaluated when the body has been read; one over an argument that an
   * {@code @InitBinder} method may convert, over a model attribute or over what another argument
   * resolver makes, when the argument has been resolved. {@code @ModelAttribute} methods run before
   * that.
   *
   * <p>Keys that read the same are equal, whatever type of number, text, enum or UUID they are;
   * lists and arrays are if their elements are; any other type must have an {@code equals} of its
   * own. A request whose key is {@code null} is answered with 400.
   *
   * @return an expression; by default there is no key
   */
  String key() default "";

  /**
   * Whether the requests of one key (or, without a key, of one controller or hub name) run one
   * after the other, whole and in the order in which they came: none starts before the answer to
   * the one before has been written, whatever that waits for and whoever writes it. More than
   * {@code greenlet.web.exclusive.max-waiting} do not wait: the next is answered with 503.
   *
   * @return whether requests take turns
   */
  boolean exclusive() default false;

  /**
   * Whether any hub will do. Gives up the guarantee between requests: they may run at once, on
   * different hubs.
   *
   * @return whether requests are spread over all hubs
   */
  boolean spread() default false;

  /**
   * What the requests are called in the tree: a text in which {@code {id}} stands for the value of
   * a path variable. Not SpEL.
   *
   * @return a name; by default method and path
   */
  String name() default "";

  /**
   * How long a request may take from its beginning in the filters, in the style of Boot: {@code
   * "200ms"}, {@code "5s"}; or a placeholder for a property that says so: {@code
   * "${quotes.timeout}"}. When the time is up the request and all that it has spawned is cut short
   * and answered with 503, also when it has gone asynchronous; a stream is broken off. {@link
   * dev.greenlet.GreenletTask#deadline()} tells what is left.
   *
   * @return a time of more than zero; by default {@code greenlet.web.timeout}
   */
  String timeout() default "";
}
