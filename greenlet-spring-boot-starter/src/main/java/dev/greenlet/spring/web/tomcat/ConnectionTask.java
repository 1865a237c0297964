package dev.greenlet.spring.web.tomcat;

/** A task of Tomcat that knows the connection it serves. */
interface ConnectionTask extends Runnable {

  /**
   * Returns the connection. Called after the task is submitted to the executor and before it runs.
   */
  Object connection();
}
