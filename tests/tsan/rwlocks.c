/* SPDX-License-Identifier: MIT
 * librdkafka's read-write locks, in programs under ThreadSanitizer only: what a library calls under
 * `called_from_lib` is not looked at, locks included; called from here it is. Not their beginning
 * and end: reference counts order those, which ThreadSanitizer does not see. */
#include <pthread.h>

/* libtsan's own, which the plain names would be if they were not taken here. */
int __interceptor_pthread_rwlock_rdlock(pthread_rwlock_t *lock);
int __interceptor_pthread_rwlock_wrlock(pthread_rwlock_t *lock);
int __interceptor_pthread_rwlock_unlock(pthread_rwlock_t *lock);

int pthread_rwlock_rdlock(pthread_rwlock_t *lock)
{
    return __interceptor_pthread_rwlock_rdlock(lock);
}

int pthread_rwlock_wrlock(pthread_rwlock_t *lock)
{
    return __interceptor_pthread_rwlock_wrlock(lock);
}

int pthread_rwlock_unlock(pthread_rwlock_t *lock)
{
    return __interceptor_pthread_rwlock_unlock(lock);
}
